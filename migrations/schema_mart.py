"""The roll-ups as SQLAlchemy metadata; docs/statistics.md says what each number means.

``flight_counts`` holds what adds up: a row a span of time, region and type, and rows for the whole country, so that a
query reads few sums instead of making them. ``flight_peaks`` holds what does not add up over types.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)

from migrations.schema import metadata, moment


def _tally(name: str, comment: str | None) -> Column[int]:
    return Column(name, Integer, nullable=False, comment=comment)


flight_counts = Table(
    "flight_counts",
    metadata,
    Column("span", Text, primary_key=True, comment="day, month, year; undated for flights whose day is not known"),
    Column("start", Date, primary_key=True, comment="first UTC day of the span; -infinity for undated"),
    Column("region_id", SmallInteger, primary_key=True, comment="-1 the whole country, 0 flights without a region"),
    Column("uav_type", Text, primary_key=True, comment="empty when not told"),
    *(
        _tally(name, comment)
        for name, comment in (
            ("flights", "not cancelled; so are all counts below but cancelled"),
            ("flown", "a DEP or an ARR stands behind it"),
            ("planned", "a plan alone"),
            ("cancelled", None),
            ("aircraft", "a flight that tells no count is one aircraft"),
            ("with_dep", "actual take-off known"),
            ("with_arr", "actual landing known"),
            ("near_border", "outside all regions, at most five kilometres from the nearest, on no foreign land"),
            ("outside", "a point that no region holds"),
            ("unplaced", "no point known"),
            ("by_state", "operator's kind"),
            ("by_organisation", "operator's kind"),
            ("by_entrepreneur", "operator's kind"),
            ("by_person", "operator's kind"),
            ("by_unknown", "operator's kind"),
            ("timed", "actual duration known"),
            ("plan_timed", "planned duration known"),
            ("active_days", "days with a flight of this type"),
        )
    ),
    Column("minutes", BigInteger, nullable=False, comment="sum of actual durations"),
    Column("plan_minutes", BigInteger, nullable=False, comment="sum of planned durations"),
    Column("durations", ARRAY(Integer), comment="actual durations, minutes"),
    Column("durations_n", ARRAY(Integer), comment="flights of each duration; null: one each"),
    Column("plan_durations", ARRAY(Integer), comment="planned durations, minutes"),
    Column("plan_durations_n", ARRAY(Integer), comment="flights of each planned duration; null: one each"),
    Column("slots", ARRAY(Integer), comment="local hours of the week, 0 is Monday 00:00"),
    Column("slots_n", ARRAY(Integer), comment="flights of each slot; null: one each"),
    CheckConstraint("span IN ('day', 'month', 'year', 'undated')", name="span"),
    schema="mart",
)

flight_peaks = Table(
    "flight_peaks",
    metadata,
    Column("span", Text, primary_key=True, comment="day, month, year"),
    Column("start", Date, primary_key=True, comment="first UTC day of the span"),
    Column("region_id", SmallInteger, primary_key=True, comment="-1 the whole country, 0 flights without a region"),
    Column("active_days", Integer, nullable=False, comment="days with a flight, of whatever type"),
    Column("peak_hour", Integer, nullable=False, comment="most flights that began within one UTC clock hour"),
    moment("peak_hour_at"),
    Column("peak_airborne", Integer, nullable=False, comment="most flights in the air at once"),
    moment("peak_airborne_at"),
    CheckConstraint("span IN ('day', 'month', 'year')", name="span"),
    schema="mart",
)

flight_cells = Table(
    "flight_cells",
    metadata,
    Column("start", Date, primary_key=True, comment="first day of the UTC month"),
    Column("level", SmallInteger, primary_key=True, comment="the world is 2^level by 2^level cells, Web Mercator"),
    Column("x", Integer, primary_key=True, comment="from the west"),
    Column("y", Integer, primary_key=True, comment="from the north"),
    Column("region_id", SmallInteger, primary_key=True, comment="0 when the flight has no region"),
    Column("uav_type", Text, primary_key=True, comment="empty when not told"),
    Column("flights", Integer, nullable=False, comment="not cancelled"),
    schema="mart",
)

revision = Table(
    "revision",
    metadata,
    Column("single", Boolean, primary_key=True, server_default=text("true")),
    Column("number", BigInteger, nullable=False, comment="grows whenever the roll-ups were counted"),
    moment("counted_at", nullable=False),
    CheckConstraint("single", name="single"),
    schema="mart",
)
