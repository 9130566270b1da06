"""What reads of regions cost: outlines are drawn once, and a name is not fetched from behind its region's shape.

PostGIS asks to keep shapes in the row as long as possible, so PostgreSQL moves names and time zones out of it instead,
and each of the hundred thousand joins of a statistic fetched them from there.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "region_outlines",
        sa.Column("set_id", sa.SmallInteger(), nullable=False),
        sa.Column("region_id", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False, comment="of the part within its region"),
        sa.Column("polygon", sa.Text(), nullable=False, comment="[[[lat, lon], ...], [hole], ...]"),
        sa.ForeignKeyConstraint(
            ["set_id", "region_id"],
            ["core.regions.set_id", "core.regions.id"],
            name=op.f("fk_region_outlines_set_id_region_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("set_id", "region_id", "number", name=op.f("pk_region_outlines")),
        schema="core",
    )
    op.execute("ALTER TABLE core.regions ALTER COLUMN geom SET STORAGE EXTERNAL")
    op.execute("UPDATE core.regions SET iso = iso || '', name = name || '', time_zone = time_zone || ''")
    op.execute("DROP VIEW mart.region_polygons")
    run_sql(op.get_bind(), "0003/outlines.sql", "0003/views.sql", "0001/grants.sql")


def downgrade() -> None:
    """Take back."""
    op.execute("ALTER TABLE core.regions ALTER COLUMN geom SET STORAGE MAIN")
    op.execute("DROP VIEW mart.region_polygons")
    run_sql(op.get_bind(), "0002/region_polygons.sql", "0001/grants.sql")
    op.drop_table("region_outlines", schema="core")
