"""Roll-ups that every statistic is read from, views for dashboards, and the log of reports."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("DROP VIEW mart.region_totals")
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True, comment="code of the region, null for the whole country"),
        sa.Column("uav_type", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=True),
        sa.Column(
            "object_key", sa.Text(), nullable=True, comment="null when the report went out with the answer itself"
        ),
        sa.Column("asked_by", sa.Text(), nullable=False, comment="opaque subject"),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('done', 'failed')", name=op.f("ck_reports_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        schema="core",
    )
    op.create_index(op.f("ix_reports_asked_at_id"), "reports", ["asked_at", "id"], unique=False, schema="core")
    op.create_table(
        "flight_cells",
        sa.Column("start", sa.Date(), nullable=False, comment="first day of the UTC month"),
        sa.Column(
            "level", sa.SmallInteger(), nullable=False, comment="the world is 2^level by 2^level cells, Web Mercator"
        ),
        sa.Column("x", sa.Integer(), nullable=False, comment="from the west"),
        sa.Column("y", sa.Integer(), nullable=False, comment="from the north"),
        sa.Column("region_id", sa.SmallInteger(), nullable=False, comment="0 when the flight has no region"),
        sa.Column("uav_type", sa.Text(), nullable=False, comment="empty when not told"),
        sa.Column("flights", sa.Integer(), nullable=False, comment="not cancelled"),
        sa.PrimaryKeyConstraint("start", "level", "x", "y", "region_id", "uav_type", name=op.f("pk_flight_cells")),
        schema="mart",
    )
    op.create_table(
        "flight_counts",
        sa.Column(
            "span", sa.Text(), nullable=False, comment="day, month, year; undated for flights whose day is not known"
        ),
        sa.Column("start", sa.Date(), nullable=False, comment="first UTC day of the span; -infinity for undated"),
        sa.Column(
            "region_id", sa.SmallInteger(), nullable=False, comment="-1 the whole country, 0 flights without a region"
        ),
        sa.Column("uav_type", sa.Text(), nullable=False, comment="empty when not told"),
        sa.Column(
            "flights", sa.Integer(), nullable=False, comment="not cancelled; so are all counts below but cancelled"
        ),
        sa.Column("flown", sa.Integer(), nullable=False, comment="a DEP or an ARR stands behind it"),
        sa.Column("planned", sa.Integer(), nullable=False, comment="a plan alone"),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("aircraft", sa.Integer(), nullable=False, comment="a flight that tells no count is one aircraft"),
        sa.Column("with_dep", sa.Integer(), nullable=False, comment="actual take-off known"),
        sa.Column("with_arr", sa.Integer(), nullable=False, comment="actual landing known"),
        sa.Column("coastal", sa.Integer(), nullable=False, comment="given to the nearest region"),
        sa.Column("outside", sa.Integer(), nullable=False, comment="a point that no region holds"),
        sa.Column("unplaced", sa.Integer(), nullable=False, comment="no point known"),
        sa.Column("by_state", sa.Integer(), nullable=False, comment="operator's kind"),
        sa.Column("by_organisation", sa.Integer(), nullable=False, comment="operator's kind"),
        sa.Column("by_entrepreneur", sa.Integer(), nullable=False, comment="operator's kind"),
        sa.Column("by_person", sa.Integer(), nullable=False, comment="operator's kind"),
        sa.Column("by_unknown", sa.Integer(), nullable=False, comment="operator's kind"),
        sa.Column("timed", sa.Integer(), nullable=False, comment="actual duration known"),
        sa.Column("plan_timed", sa.Integer(), nullable=False, comment="planned duration known"),
        sa.Column("active_days", sa.Integer(), nullable=False, comment="days with a flight of this type"),
        sa.Column("minutes", sa.BigInteger(), nullable=False, comment="sum of actual durations"),
        sa.Column("plan_minutes", sa.BigInteger(), nullable=False, comment="sum of planned durations"),
        sa.Column(
            "durations",
            sa.ARRAY(sa.Integer()),
            nullable=True,
            comment="actual durations, minutes",
        ),
        sa.Column(
            "durations_n", sa.ARRAY(sa.Integer()), nullable=True, comment="flights of each duration; null: one each"
        ),
        sa.Column(
            "plan_durations",
            sa.ARRAY(sa.Integer()),
            nullable=True,
            comment="planned durations, minutes",
        ),
        sa.Column(
            "plan_durations_n",
            sa.ARRAY(sa.Integer()),
            nullable=True,
            comment="flights of each planned duration; null: one each",
        ),
        sa.Column(
            "slots",
            sa.ARRAY(sa.Integer()),
            nullable=True,
            comment="local hours of the week, 0 is Monday 00:00",
        ),
        sa.Column("slots_n", sa.ARRAY(sa.Integer()), nullable=True, comment="flights of each slot; null: one each"),
        sa.CheckConstraint("span IN ('day', 'month', 'year', 'undated')", name=op.f("ck_flight_counts_span")),
        sa.PrimaryKeyConstraint("span", "start", "region_id", "uav_type", name=op.f("pk_flight_counts")),
        schema="mart",
    )
    op.create_table(
        "flight_peaks",
        sa.Column("span", sa.Text(), nullable=False, comment="day, month, year"),
        sa.Column("start", sa.Date(), nullable=False, comment="first UTC day of the span"),
        sa.Column(
            "region_id", sa.SmallInteger(), nullable=False, comment="-1 the whole country, 0 flights without a region"
        ),
        sa.Column("active_days", sa.Integer(), nullable=False, comment="days with a flight, of whatever type"),
        sa.Column(
            "peak_hour", sa.Integer(), nullable=False, comment="most flights that began within one UTC clock hour"
        ),
        sa.Column("peak_hour_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("peak_airborne", sa.Integer(), nullable=False, comment="most flights in the air at once"),
        sa.Column("peak_airborne_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("span IN ('day', 'month', 'year')", name=op.f("ck_flight_peaks_span")),
        sa.PrimaryKeyConstraint("span", "start", "region_id", name=op.f("pk_flight_peaks")),
        schema="mart",
    )
    op.create_table(
        "revision",
        sa.Column("single", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="grows whenever the roll-ups were counted"),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("single", name=op.f("ck_revision_single")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_revision")),
        schema="mart",
    )
    op.drop_index(op.f("ix_flights_hourly_region_id_day"), table_name="flights_hourly", schema="mart")
    op.drop_table("flights_hourly", schema="mart")
    op.create_index(
        "ix_flights_overnight",
        "flights",
        ["arr_dt"],
        unique=False,
        schema="core",
        postgresql_where=sa.text("dep_dt IS NOT NULL AND (arr_dt AT TIME ZONE 'UTC')::date > day"),
    )
    run_sql(op.get_bind(), "0002/functions.sql", "0002/views.sql", "0002/region_polygons.sql")
    run_sql(op.get_bind(), "0001/grants.sql", "0002/grants.sql", "0002/recount.sql")


def downgrade() -> None:
    """Take back."""
    op.execute(
        "DROP VIEW mart.region_totals, mart.daily, mart.monthly, mart.peaks, mart.hours, mart.durations, mart.operators,"
        " mart.quality, mart.places, mart.region_polygons, mart.regions"
    )
    op.execute("DROP FUNCTION mart.cell_x, mart.cell_y, mart.cell_centre, mart.cover")
    op.drop_index(
        "ix_flights_overnight",
        table_name="flights",
        schema="core",
        postgresql_where=sa.text("dep_dt IS NOT NULL AND (arr_dt AT TIME ZONE 'UTC')::date > day"),
    )
    op.create_table(
        "flights_hourly",
        sa.Column("day", sa.DATE(), autoincrement=False, nullable=False, comment="UTC"),
        sa.Column(
            "hour",
            sa.SMALLINT(),
            autoincrement=False,
            nullable=False,
            comment="UTC, 0-23; -1 when only the day is known",
        ),
        sa.Column(
            "region_id", sa.SMALLINT(), autoincrement=False, nullable=False, comment="0 when the flight has no region"
        ),
        sa.Column("region_match", sa.TEXT(), autoincrement=False, nullable=False),
        sa.Column("uav_type", sa.TEXT(), autoincrement=False, nullable=False, comment="empty when not told"),
        sa.Column("state", sa.TEXT(), autoincrement=False, nullable=False),
        sa.Column("flights", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column(
            "aircraft",
            sa.INTEGER(),
            autoincrement=False,
            nullable=False,
            comment="a flight that tells no count is one aircraft",
        ),
        sa.Column("with_dep", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("with_arr", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("with_duration", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column(
            "duration_min", sa.BIGINT(), autoincrement=False, nullable=False, comment="sum of actual durations, minutes"
        ),
        sa.Column("with_plan_duration", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column(
            "plan_duration_min",
            sa.BIGINT(),
            autoincrement=False,
            nullable=False,
            comment="sum of planned durations, minutes",
        ),
        sa.PrimaryKeyConstraint(
            "day", "hour", "region_id", "region_match", "uav_type", "state", name=op.f("pk_flights_hourly")
        ),
        schema="mart",
    )
    op.create_index(
        op.f("ix_flights_hourly_region_id_day"), "flights_hourly", ["region_id", "day"], unique=False, schema="mart"
    )
    op.drop_table("revision", schema="mart")
    op.drop_table("flight_peaks", schema="mart")
    op.drop_table("flight_counts", schema="mart")
    op.drop_table("flight_cells", schema="mart")
    op.drop_index(op.f("ix_reports_asked_at_id"), table_name="reports", schema="core")
    op.drop_table("reports", schema="core")
    run_sql(op.get_bind(), "0001/views.sql", "0001/grants.sql")
