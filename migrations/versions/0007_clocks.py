"""Roll-ups by three clocks (UTC, Moscow, the flight's place), by state, with peaks by type; views that follow the API."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

VIEWS = "region_totals daily monthly peaks hours durations operators quality places"


def _drop() -> None:
    op.execute("DROP VIEW " + ", ".join(f"mart.{view}" for view in VIEWS.split()))
    op.execute("DROP TABLE IF EXISTS mart.flight_counts, mart.flight_peaks, mart.flight_cells, mart.flight_days")


def upgrade() -> None:
    """Apply."""
    _drop()
    op.create_table(
        "flight_cells",
        sa.Column("start", sa.Date(), nullable=False, comment="first day of the UTC month"),
        sa.Column("start_moscow", sa.Date(), nullable=False, comment="first day of the month by Moscow's clock"),
        sa.Column(
            "start_local",
            sa.Date(),
            nullable=False,
            comment="first day of the month by the clock of its place",
        ),
        sa.Column(
            "level", sa.SmallInteger(), nullable=False, comment="the world is 2^level by 2^level cells, Web Mercator"
        ),
        sa.Column("x", sa.Integer(), nullable=False, comment="from the west"),
        sa.Column("y", sa.Integer(), nullable=False, comment="from the north"),
        sa.Column("region_id", sa.SmallInteger(), nullable=False, comment="0 when the flight has no region"),
        sa.Column("uav_type", sa.Text(), nullable=False, comment="empty when not told"),
        sa.Column("flights", sa.Integer(), nullable=False, comment="not cancelled"),
        sa.Column("flown", sa.Integer(), nullable=False, comment="of them flown"),
        sa.PrimaryKeyConstraint(
            "start",
            "level",
            "x",
            "y",
            "region_id",
            "uav_type",
            "start_moscow",
            "start_local",
            name=op.f("pk_flight_cells"),
        ),
        schema="mart",
    )
    op.create_index(
        "ix_flight_cells_local", "flight_cells", ["start_local", "level", "x", "y"], unique=False, schema="mart"
    )
    op.create_index(
        "ix_flight_cells_moscow", "flight_cells", ["start_moscow", "level", "x", "y"], unique=False, schema="mart"
    )
    op.create_table(
        "flight_counts",
        sa.Column(
            "span", sa.Text(), nullable=False, comment="day, month, year; undated for flights whose day is not known"
        ),
        sa.Column("start", sa.Date(), nullable=False, comment="first UTC day of the span; -infinity for undated"),
        sa.Column("start_moscow", sa.Date(), nullable=False, comment="first day of the span by Moscow's clock"),
        sa.Column("start_local", sa.Date(), nullable=False, comment="first day of the span by the clock of its place"),
        sa.Column(
            "region_id", sa.SmallInteger(), nullable=False, comment="-1 the whole country, 0 flights without a region"
        ),
        sa.Column("uav_type", sa.Text(), nullable=False, comment="empty when not told"),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="flown: a DEP or an ARR stands behind it; planned: a plan alone"
        ),
        sa.Column("flights", sa.Integer(), nullable=False),
        sa.Column("aircraft", sa.Integer(), nullable=False, comment="a flight that tells no count is one aircraft"),
        sa.Column("with_dep", sa.Integer(), nullable=False, comment="actual take-off known"),
        sa.Column("with_arr", sa.Integer(), nullable=False, comment="actual landing known"),
        sa.Column(
            "near_border",
            sa.Integer(),
            nullable=False,
            comment="outside all regions, at most five kilometres from the nearest, on no foreign land",
        ),
        sa.Column("outside", sa.Integer(), nullable=False, comment="a point that no region holds"),
        sa.Column("unplaced", sa.Integer(), nullable=False, comment="no point known"),
        sa.Column("by_state", sa.Integer(), nullable=False, comment="operator's kind"),
        sa.Column("by_organisation", sa.Integer(), nullable=False, comment="operator's kind"),
        sa.Column("by_entrepreneur", sa.Integer(), nullable=False, comment="operator's kind"),
        sa.Column("by_person", sa.Integer(), nullable=False, comment="operator's kind"),
        sa.Column("by_unknown", sa.Integer(), nullable=False, comment="operator's kind"),
        sa.Column("timed", sa.Integer(), nullable=False, comment="actual duration known"),
        sa.Column("plan_timed", sa.Integer(), nullable=False, comment="planned duration known"),
        sa.Column("minutes", sa.BigInteger(), nullable=False, comment="sum of actual durations"),
        sa.Column("plan_minutes", sa.BigInteger(), nullable=False, comment="sum of planned durations"),
        sa.Column("durations", sa.ARRAY(sa.Integer()), nullable=True, comment="actual durations, minutes"),
        sa.Column(
            "durations_n", sa.ARRAY(sa.Integer()), nullable=True, comment="flights of each duration; null: one each"
        ),
        sa.Column("plan_durations", sa.ARRAY(sa.Integer()), nullable=True, comment="planned durations, minutes"),
        sa.Column(
            "plan_durations_n",
            sa.ARRAY(sa.Integer()),
            nullable=True,
            comment="flights of each planned duration; null: one each",
        ),
        sa.Column("slots", sa.ARRAY(sa.Integer()), nullable=True, comment="local hours of the week, 0 is Monday 00:00"),
        sa.Column("slots_n", sa.ARRAY(sa.Integer()), nullable=True, comment="flights of each slot; null: one each"),
        sa.CheckConstraint("span IN ('day', 'month', 'year', 'undated')", name=op.f("ck_flight_counts_span")),
        sa.CheckConstraint("state IN ('planned', 'flown', 'cancelled')", name=op.f("ck_flight_counts_state")),
        sa.PrimaryKeyConstraint(
            "span",
            "start",
            "region_id",
            "uav_type",
            "state",
            "start_moscow",
            "start_local",
            name=op.f("pk_flight_counts"),
        ),
        schema="mart",
    )
    op.create_index(
        "ix_flight_counts_local", "flight_counts", ["span", "start_local", "region_id"], unique=False, schema="mart"
    )
    op.create_index(
        "ix_flight_counts_moscow", "flight_counts", ["span", "start_moscow", "region_id"], unique=False, schema="mart"
    )
    op.create_table(
        "flight_days",
        sa.Column("span", sa.Text(), nullable=False, comment="month, year"),
        sa.Column("clock", sa.Text(), nullable=False, comment="utc, moscow, local: whose days"),
        sa.Column("start", sa.Date(), nullable=False, comment="first day of the span by the clock"),
        sa.Column(
            "region_id", sa.SmallInteger(), nullable=False, comment="-1 the whole country, 0 flights without a region"
        ),
        sa.Column("uav_type", sa.Text(), nullable=False, comment="empty when not told; * all types together"),
        sa.Column("days", sa.Integer(), nullable=False, comment="days with a flight, planned or flown"),
        sa.Column("flown_days", sa.Integer(), nullable=False, comment="days with a flown flight"),
        sa.CheckConstraint("clock IN ('utc', 'moscow', 'local')", name=op.f("ck_flight_days_clock")),
        sa.CheckConstraint("span IN ('month', 'year')", name=op.f("ck_flight_days_span")),
        sa.PrimaryKeyConstraint("span", "clock", "start", "region_id", "uav_type", name=op.f("pk_flight_days")),
        schema="mart",
    )
    op.create_table(
        "flight_peaks",
        sa.Column("span", sa.Text(), nullable=False, comment="day, month, year"),
        sa.Column("start", sa.Date(), nullable=False, comment="first UTC day of the span; -infinity for undated"),
        sa.Column("start_moscow", sa.Date(), nullable=False, comment="first day of the span by Moscow's clock"),
        sa.Column("start_local", sa.Date(), nullable=False, comment="first day of the span by the clock of its place"),
        sa.Column(
            "region_id", sa.SmallInteger(), nullable=False, comment="-1 the whole country, 0 flights without a region"
        ),
        sa.Column("uav_type", sa.Text(), nullable=False, comment="empty when not told; * all types together"),
        sa.Column("state", sa.Text(), nullable=False, comment="flown; * all but the cancelled"),
        sa.Column(
            "peak_hour", sa.Integer(), nullable=False, comment="most flights that began within one UTC clock hour"
        ),
        sa.Column("peak_hour_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "peak_sliding", sa.Integer(), nullable=False, comment="most flights that began within any sixty minutes"
        ),
        sa.Column("peak_sliding_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("peak_airborne", sa.Integer(), nullable=False, comment="most flights in the air at once"),
        sa.Column("peak_airborne_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("span IN ('day', 'month', 'year')", name=op.f("ck_flight_peaks_span")),
        sa.PrimaryKeyConstraint(
            "span",
            "start",
            "region_id",
            "uav_type",
            "state",
            "start_moscow",
            "start_local",
            name=op.f("pk_flight_peaks"),
        ),
        schema="mart",
    )
    op.create_index(
        "ix_flight_peaks_local", "flight_peaks", ["span", "start_local", "region_id"], unique=False, schema="mart"
    )
    op.create_index(
        "ix_flight_peaks_moscow", "flight_peaks", ["span", "start_moscow", "region_id"], unique=False, schema="mart"
    )
    run_sql(op.get_bind(), "0007/views.sql", "0001/grants.sql", "0007/recount.sql")


def downgrade() -> None:
    """Take back."""
    _drop()
    run_sql(
        op.get_bind(), "0007/tables_before.sql", "0007/views_before.sql", "0001/grants.sql", "0007/recount_before.sql"
    )
