"""Zones and centres by state: of all flights, or of those that have flown."""

from collections.abc import Sequence
from importlib.resources import files

import sqlalchemy as sa
from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = ["span", "start", "region_id", "start_moscow", "start_local"]
BEFORE = {"zone_names": ("0011", "state", "NULL::text"), "zone_regions": ("0011", "state", "NULL::text"),
          "center_scores": ("0014", "counted", "'Все полёты'::text")}  # fmt: skip


def upgrade() -> None:
    """Apply."""
    op.execute("TRUNCATE mart.zone_counts")
    op.add_column(
        "zone_counts", sa.Column("state", sa.Text(), nullable=False, comment="flown or planned"), schema="mart"
    )
    op.drop_constraint("pk_zone_counts", "zone_counts", schema="mart")
    op.create_primary_key("pk_zone_counts", "zone_counts", [*KEY[:3], "state", *KEY[3:]], schema="mart")
    run_sql(op.get_bind(), "0021/count.sql", "0021/views.sql")
    # The release before counts zones of all states in one row.
    op.execute("COMMENT ON TABLE core.alembic_version IS 'compatible_from=0021'")


def downgrade() -> None:
    """Take back; the views keep their new columns, which say that all flights are counted."""
    op.execute("COMMENT ON TABLE core.alembic_version IS 'compatible_from=0018'")
    for view, (version, column, value) in BEFORE.items():
        script = (files("migrations") / f"sql/{version}/views.sql").read_text(encoding="utf8")
        begin = script.index(f"CREATE VIEW mart.{view} AS")
        text = script[begin : script.index(";\n", begin)].replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)
        # The last list of columns is the view's own.
        before, last, after = text.rpartition("\nFROM ")
        op.get_bind().exec_driver_sql(f"{before}, {value} AS {column}{last}{after}")
    op.execute("TRUNCATE mart.zone_counts")
    op.drop_constraint("pk_zone_counts", "zone_counts", schema="mart")
    op.drop_column("zone_counts", "state", schema="mart")
    op.create_primary_key("pk_zone_counts", "zone_counts", KEY, schema="mart")
    run_sql(op.get_bind(), "0011/count.sql")
