"""Peaks of flown flights stand beside those of all, where they differ; counted in one way for all measures."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

EMPTY = "TRUNCATE mart.flight_counts, mart.flight_peaks, mart.flight_days, mart.flight_cells"
KEY = ["span", "start", "region_id", "uav_type", "start_moscow", "start_local"]


def upgrade() -> None:
    """Apply."""
    op.execute("DROP VIEW mart.peaks")
    op.execute(EMPTY)
    op.drop_constraint("pk_flight_peaks", "flight_peaks", schema="mart")
    op.drop_column("flight_peaks", "state", schema="mart")
    op.create_primary_key("pk_flight_peaks", "flight_peaks", KEY, schema="mart")
    for measure in ("hour", "sliding"):
        comment = f"peak_{measure} of flown flights alone; null where it is the same"
        op.add_column("flight_peaks", sa.Column(f"flown_{measure}", sa.Integer(), comment=comment), schema="mart")
        moment = sa.Column(f"flown_{measure}_at", sa.DateTime(timezone=True))
        op.add_column("flight_peaks", moment, schema="mart")
    run_sql(op.get_bind(), "0009/functions.sql", "0009/views.sql", "0001/grants.sql", "0009/recount.sql")
    # The release before reads and writes peaks by state.
    op.execute("COMMENT ON TABLE core.alembic_version IS 'compatible_from=0009'")


def downgrade() -> None:
    """Take back."""
    op.execute("COMMENT ON TABLE core.alembic_version IS NULL")
    op.execute("DROP VIEW mart.peaks")
    op.execute("DROP FUNCTION mart.peak, mart.peak_n, mart.peak_at")
    op.execute(EMPTY)
    op.drop_constraint("pk_flight_peaks", "flight_peaks", schema="mart")
    for column in ("flown_hour", "flown_hour_at", "flown_sliding", "flown_sliding_at"):
        op.drop_column("flight_peaks", column, schema="mart")
    comment = "flown; * all but the cancelled"
    op.add_column("flight_peaks", sa.Column("state", sa.Text(), nullable=False, comment=comment), schema="mart")
    op.create_primary_key("pk_flight_peaks", "flight_peaks", [*KEY[:4], "state", *KEY[4:]], schema="mart")
    run_sql(op.get_bind(), "0009/views_before.sql", "0001/grants.sql", "0007/recount.sql")
