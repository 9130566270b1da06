"""Marts whose regions are read by index; marts of centres' scores, workbooks, districts and longer spans."""

from collections.abc import Sequence
from importlib.resources import files

import sqlalchemy as sa
from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEW = "center_scores workbooks rejected_rows districts span_contributions"
BEFORE = {"monthly": "0007", "places": "0007", "peaks": "0009"}


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_flight_peaks_region", "flight_peaks", ["region_id", "span", "start_moscow"], schema="mart")
    op.create_index(
        "ix_flight_cells_region",
        "flight_cells",
        ["region_id", "start_moscow"],
        schema="mart",
        postgresql_where=sa.text("level = 20"),
    )
    run_sql(op.get_bind(), "0014/region_filters.sql", "0014/views.sql", "0014/grants.sql")


def downgrade() -> None:
    """Take back."""
    op.execute("DROP VIEW " + ", ".join(f"mart.{view}" for view in NEW.split()))
    for view, version in BEFORE.items():
        script = (files("migrations") / f"sql/{version}/views.sql").read_text(encoding="utf8")
        begin = script.index(f"CREATE VIEW mart.{view} AS")
        text = script[begin : script.index(";\n", begin)]
        op.get_bind().exec_driver_sql(text.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1))
    op.execute("DROP VIEW core.region_names")
    op.drop_index("ix_flight_cells_region", table_name="flight_cells", schema="mart")
    op.drop_index("ix_flight_peaks_region", table_name="flight_peaks", schema="mart")
