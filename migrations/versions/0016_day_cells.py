"""The map's cells by day, which tiles of any period are made of; flights are no longer looked for by their place."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = ("start", "x", "y", "region_id", "uav_type", "start_moscow", "start_local")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "day_cells",
        sa.Column("start", sa.Date(), nullable=False, comment="UTC day"),
        sa.Column("x", sa.Integer(), nullable=False, comment="from the west, level 20"),
        sa.Column("y", sa.Integer(), nullable=False, comment="from the north, level 20"),
        sa.Column("region_id", sa.SmallInteger(), nullable=False, comment="0 when the flight has no region"),
        sa.Column("uav_type", sa.Text(), nullable=False, comment="empty when not told"),
        sa.Column("start_moscow", sa.Date(), nullable=False, comment="day by Moscow's clock"),
        sa.Column("start_local", sa.Date(), nullable=False, comment="day by the clock of its place"),
        sa.Column("flights", sa.Integer(), nullable=False, comment="not cancelled"),
        sa.Column("flown", sa.Integer(), nullable=False, comment="of them flown"),
        sa.PrimaryKeyConstraint(*KEY, name=op.f("pk_day_cells")),
        schema="mart",
    )
    run_sql(op.get_bind(), "0016/day_cells.sql")
    op.drop_index("ix_flights_position", table_name="flights", schema="core")
    # The release before loads flights without counting them here.
    op.execute("COMMENT ON TABLE core.alembic_version IS 'compatible_from=0016'")


def downgrade() -> None:
    """Take back."""
    op.execute("COMMENT ON TABLE core.alembic_version IS 'compatible_from=0009'")
    op.create_index("ix_flights_position", "flights", ["position"], schema="core", postgresql_using="gist")
    op.drop_table("day_cells", schema="mart")
