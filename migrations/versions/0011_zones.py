"""Zones of flights: their shares in regions, and roll-ups and views of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.bootstrap import run_sql

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _tally(name: str, comment: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False, comment=comment)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "zones",
        sa.Column("zone", sa.Uuid(), nullable=False, comment="MD5 of the zone's text in core.flights"),
        sa.Column("outline", postgresql.JSONB(), nullable=False, comment="a circle or polygon"),
        sa.PrimaryKeyConstraint("zone", name=op.f("pk_zones")),
        schema="core",
    )
    op.create_table(
        "zone_shares",
        sa.Column("zone", sa.Uuid(), nullable=False),
        sa.Column("set_id", sa.SmallInteger(), nullable=False),
        sa.Column(
            "region_id",
            sa.SmallInteger(),
            autoincrement=False,
            nullable=False,
            comment="0 in no region, -1 without an area: counts for the flight's own region",
        ),
        _tally("millionths", "of the zone's area; those of a zone add up to a million"),
        sa.ForeignKeyConstraint(["zone"], ["core.zones.zone"], name=op.f("fk_zone_shares_zone"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["set_id"], ["core.boundary_sets.id"], name=op.f("fk_zone_shares_set_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("zone", "set_id", "region_id", name=op.f("pk_zone_shares")),
        schema="core",
    )
    op.create_index("ix_zone_shares_set_id", "zone_shares", ["set_id"], schema="core")
    op.create_table(
        "zone_counts",
        sa.Column("span", sa.Text(), nullable=False, comment="day, month, year"),
        sa.Column("start", sa.Date(), nullable=False, comment="first UTC day of the span; -infinity for undated"),
        sa.Column("start_moscow", sa.Date(), nullable=False, comment="first day of the span by Moscow's clock"),
        sa.Column("start_local", sa.Date(), nullable=False, comment="first day of the span by the clock of its place"),
        sa.Column(
            "region_id", sa.SmallInteger(), nullable=False, comment="-1 the whole country, 0 flights without a region"
        ),
        sa.Column(
            "set_id", sa.SmallInteger(), comment="of a day: the boundary set that its zones were measured against"
        ),
        _tally("flights", "not cancelled"),
        _tally("named", "the zone is told by names"),
        _tally("circles"),
        _tally("polygons"),
        _tally("routes"),
        _tally("measured", "of circles and polygons"),
        _tally("touching", "flights of any region whose measured zone has an area in this one"),
        sa.Column(
            "share_millionths",
            sa.BigInteger(),
            nullable=False,
            comment="sum of measured zones' shares here",
        ),
        sa.Column("names", sa.ARRAY(sa.Text()), comment="names of zones"),
        sa.Column("names_n", sa.ARRAY(sa.Integer()), comment="flights of each name; null: one each"),
        sa.PrimaryKeyConstraint(
            "span", "start", "region_id", "start_moscow", "start_local", name=op.f("pk_zone_counts")
        ),
        sa.CheckConstraint("span IN ('day', 'month', 'year')", name=op.f("ck_zone_counts_span")),
        schema="mart",
    )
    for clock in ("moscow", "local"):
        op.create_index(
            f"ix_zone_counts_{clock}", "zone_counts", ["span", f"start_{clock}", "region_id"], schema="mart"
        )
    run_sql(op.get_bind(), "0011/views.sql", "0001/grants.sql", "0011/count.sql")


def downgrade() -> None:
    """Take back."""
    op.execute("DROP VIEW mart.zone_names, mart.zone_regions")
    op.drop_table("zone_counts", schema="mart")
    op.drop_table("zone_shares", schema="core")
    op.drop_table("zones", schema="core")
