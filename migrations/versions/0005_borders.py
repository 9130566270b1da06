"""What lies beyond the border: foreign land is told from sea, a flight near a border is no longer called coastal, and a
point may have another clock than its region's centre.

A flight that was ``coastal`` is called ``near_border`` from now on. How far from a border it may be is decided anew when
a set of boundaries is put in force (``fly-potato regions load``); the sets that are stored know no foreign land.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from migrations.bootstrap import run_sql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    _parts("foreign_parts")
    _parts(
        "time_zone_parts",
        sa.Column("region_id", sa.SmallInteger(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False, comment="IANA name"),
    )
    op.add_column(
        "flights",
        sa.Column("time_zone", sa.Text(), comment="IANA zone of the position where it is not its region's"),
        schema="core",
    )
    _rename(
        "coastal", "near_border", "outside all regions, at most five kilometres from the nearest, on no foreign land"
    )
    run_sql(op.get_bind(), "0005/names.sql", "0001/grants.sql")


def downgrade() -> None:
    """Take back."""
    _rename("near_border", "coastal", "given to the nearest region")
    run_sql(op.get_bind(), "0005/names_before.sql")
    op.drop_column("flights", "time_zone", schema="core")
    op.drop_table("time_zone_parts", schema="core")
    op.drop_table("foreign_parts", schema="core")


def _parts(name: str, *columns: "sa.Column[int] | sa.Column[str]") -> None:
    op.create_table(
        name,
        sa.Column("set_id", sa.SmallInteger(), nullable=False),
        *columns,
        sa.Column("geom", Geometry("POLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["core.boundary_sets.id"], name=op.f(f"fk_{name}_set_id"), ondelete="CASCADE"
        ),
        schema="core",
    )
    op.create_index(f"ix_{name}_geom", name, ["geom"], postgresql_using="gist", schema="core")
    op.create_index(op.f(f"ix_{name}_set_id"), name, ["set_id"], schema="core")


def _rename(old: str, new: str, comment: str) -> None:
    for constraint in ("region_match", "region_known"):
        op.execute(f"ALTER TABLE core.flights DROP CONSTRAINT ck_flights_{constraint}")
    op.execute(
        sa.text("UPDATE core.flights SET region_match = :new WHERE region_match = :old").bindparams(new=new, old=old)
    )
    op.execute(
        f"ALTER TABLE core.flights ADD CONSTRAINT ck_flights_region_match"
        f" CHECK (region_match IN ('inside', '{new}', 'outside', 'none'))"
    )
    op.execute(
        f"ALTER TABLE core.flights ADD CONSTRAINT ck_flights_region_known"
        f" CHECK ((region_match IN ('inside', '{new}')) = (region_id IS NOT NULL))"
    )
    op.alter_column("flight_counts", old, new_column_name=new, comment=comment, schema="mart")
    op.execute(f"ALTER VIEW mart.quality RENAME COLUMN {old} TO {new}")
