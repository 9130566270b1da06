"""The roll-ups as SQLAlchemy metadata; docs/statistics.md says what each number means.

``flight_counts`` holds what adds up: a row a span of time, region, type and state, and rows for the whole country, so
a query reads few sums instead of making them. A span has its first day by three clocks: what they count to different
days stands in rows of its own. ``flight_peaks`` and ``flight_days`` hold what does not add up.
"""

from datetime import date

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)

from migrations.schema import metadata, moment


def _tally(name: str, comment: str | None) -> Column[int]:
    return Column(name, Integer, nullable=False, comment=comment)


def _starts(what: str) -> tuple[Column[date], ...]:
    return (
        Column("start", Date, nullable=False, comment=f"first UTC day of the {what}; -infinity for undated"),
        Column("start_moscow", Date, nullable=False, comment=f"first day of the {what} by Moscow's clock"),
        Column("start_local", Date, nullable=False, comment=f"first day of the {what} by the clock of its place"),
    )


def _region() -> Column[int]:
    comment = "-1 the whole country, 0 flights without a region"
    return Column("region_id", SmallInteger, nullable=False, comment=comment)


flight_counts = Table(
    "flight_counts",
    metadata,
    Column("span", Text, nullable=False, comment="day, month, year; undated for flights whose day is not known"),
    *_starts("span"),
    _region(),
    Column("uav_type", Text, nullable=False, comment="empty when not told"),
    Column("state", Text, nullable=False, comment="flown: a DEP or an ARR stands behind it; planned: a plan alone"),
    *(
        _tally(name, comment)
        for name, comment in (
            ("flights", None),
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
    PrimaryKeyConstraint("span", "start", "region_id", "uav_type", "state", "start_moscow", "start_local"),
    CheckConstraint("span IN ('day', 'month', 'year', 'undated')", name="span"),
    CheckConstraint("state IN ('planned', 'flown', 'cancelled')", name="state"),
    Index("ix_flight_counts_moscow", "span", "start_moscow", "region_id"),
    Index("ix_flight_counts_local", "span", "start_local", "region_id"),
    schema="mart",
)

flight_peaks = Table(
    "flight_peaks",
    metadata,
    Column("span", Text, nullable=False, comment="day, month, year"),
    *_starts("span"),
    _region(),
    Column("uav_type", Text, nullable=False, comment="empty when not told; * all types together"),
    Column("peak_hour", Integer, nullable=False, comment="most flights that began within one UTC clock hour"),
    moment("peak_hour_at"),
    Column("peak_sliding", Integer, nullable=False, comment="most flights that began within any sixty minutes"),
    moment("peak_sliding_at"),
    Column("peak_airborne", Integer, nullable=False, comment="most flights in the air at once"),
    moment("peak_airborne_at"),
    Column("flown_hour", Integer, comment="peak_hour of flown flights alone; null where it is the same"),
    moment("flown_hour_at"),
    Column("flown_sliding", Integer, comment="peak_sliding of flown flights alone; null where it is the same"),
    moment("flown_sliding_at"),
    PrimaryKeyConstraint("span", "start", "region_id", "uav_type", "start_moscow", "start_local"),
    CheckConstraint("span IN ('day', 'month', 'year')", name="span"),
    Index("ix_flight_peaks_moscow", "span", "start_moscow", "region_id"),
    Index("ix_flight_peaks_local", "span", "start_local", "region_id"),
    Index("ix_flight_peaks_region", "region_id", "span", "start_moscow"),
    schema="mart",
)

flight_days = Table(
    "flight_days",
    metadata,
    Column("span", Text, nullable=False, comment="month, year"),
    Column("clock", Text, nullable=False, comment="utc, moscow, local: whose days"),
    Column("start", Date, nullable=False, comment="first day of the span by the clock"),
    _region(),
    Column("uav_type", Text, nullable=False, comment="empty when not told; * all types together"),
    Column("days", Integer, nullable=False, comment="days with a flight, planned or flown"),
    Column("flown_days", Integer, nullable=False, comment="days with a flown flight"),
    PrimaryKeyConstraint("span", "clock", "start", "region_id", "uav_type"),
    CheckConstraint("span IN ('month', 'year')", name="span"),
    CheckConstraint("clock IN ('utc', 'moscow', 'local')", name="clock"),
    schema="mart",
)

flight_cells = Table(
    "flight_cells",
    metadata,
    Column("start", Date, nullable=False, comment="first day of the UTC month"),
    Column("start_moscow", Date, nullable=False, comment="first day of the month by Moscow's clock"),
    Column("start_local", Date, nullable=False, comment="first day of the month by the clock of its place"),
    Column("level", SmallInteger, nullable=False, comment="the world is 2^level by 2^level cells, Web Mercator"),
    Column("x", Integer, nullable=False, comment="from the west"),
    Column("y", Integer, nullable=False, comment="from the north"),
    Column("region_id", SmallInteger, nullable=False, comment="0 when the flight has no region"),
    Column("uav_type", Text, nullable=False, comment="empty when not told"),
    Column("flights", Integer, nullable=False, comment="not cancelled"),
    Column("flown", Integer, nullable=False, comment="of them flown"),
    PrimaryKeyConstraint("start", "level", "x", "y", "region_id", "uav_type", "start_moscow", "start_local"),
    Index("ix_flight_cells_moscow", "start_moscow", "level", "x", "y"),
    Index("ix_flight_cells_local", "start_local", "level", "x", "y"),
    Index("ix_flight_cells_region", "region_id", "start_moscow", postgresql_where=text("level = 20")),
    schema="mart",
)

day_cells = Table(
    "day_cells",
    metadata,
    Column("start", Date, nullable=False, comment="UTC day"),
    Column("x", Integer, nullable=False, comment="from the west, level 20"),
    Column("y", Integer, nullable=False, comment="from the north, level 20"),
    Column("region_id", SmallInteger, nullable=False, comment="0 when the flight has no region"),
    Column("uav_type", Text, nullable=False, comment="empty when not told"),
    Column("start_moscow", Date, nullable=False, comment="day by Moscow's clock"),
    Column("start_local", Date, nullable=False, comment="day by the clock of its place"),
    Column("flights", Integer, nullable=False, comment="not cancelled"),
    Column("flown", Integer, nullable=False, comment="of them flown"),
    PrimaryKeyConstraint("start", "x", "y", "region_id", "uav_type", "start_moscow", "start_local"),
    schema="mart",
)

plan_counts = Table(
    "plan_counts",
    metadata,
    Column("span", Text, nullable=False, comment="day, month, year"),
    *_starts("span"),
    _region(),
    Column("center", Text, nullable=False, comment="centre of air traffic management; empty when not known"),
    Column("operator_kind", Text, nullable=False),
    *(
        _tally(name, comment)
        for name, comment in (
            ("flights", "not cancelled"),
            ("flown", "a DEP or an ARR stands behind it"),
            ("planned", "a plan alone"),
            ("cancelled", None),
            ("unclosed", "flown, take-off known, landing not"),
            ("no_landing", "flown, landing not known"),
            ("with_problems", "not cancelled, with any code of what is wrong"),
            ("compared", "flown, planned and actual duration known"),
        )
    ),
    Column("plan_minutes", BigInteger, nullable=False, comment="planned, of the compared"),
    Column("minutes", BigInteger, nullable=False, comment="actual, of the compared"),
    _tally("far_apart", "flown, take-off more than twelve hours from the plan"),
    Column("late", ARRAY(Integer), comment="take-off less planned take-off, minutes, of the others with both"),
    Column("late_n", ARRAY(Integer), comment="flights of each lateness; null: one each"),
    PrimaryKeyConstraint("span", "start", "region_id", "center", "operator_kind", "start_moscow", "start_local"),
    CheckConstraint("span IN ('day', 'month', 'year')", name="span"),
    Index("ix_plan_counts_moscow", "span", "start_moscow", "region_id"),
    Index("ix_plan_counts_local", "span", "start_local", "region_id"),
    schema="mart",
)

problem_counts = Table(
    "problem_counts",
    metadata,
    Column("span", Text, nullable=False, comment="day, month, year"),
    *_starts("span"),
    _region(),
    Column("center", Text, nullable=False, comment="centre of air traffic management; empty when not known"),
    _tally("flights", "not cancelled"),
    Column("uav_type", Text, nullable=False, comment="empty when not told"),
    Column("problems", ARRAY(Text), nullable=False, comment="codes of repairs, doubts and losses; empty for most"),
    _tally("flown", "of them flown"),
    PrimaryKeyConstraint("span", "start", "region_id", "center", "uav_type", "problems", "start_moscow", "start_local"),
    CheckConstraint("span IN ('day', 'month', 'year')", name="span"),
    Index("ix_problem_counts_moscow", "span", "start_moscow", "region_id"),
    Index("ix_problem_counts_local", "span", "start_local", "region_id"),
    schema="mart",
)

zone_counts = Table(
    "zone_counts",
    metadata,
    Column("span", Text, nullable=False, comment="day, month, year"),
    *_starts("span"),
    _region(),
    Column("state", Text, nullable=False, comment="flown or planned"),
    Column("set_id", SmallInteger, comment="of a day: the boundary set that its zones were measured against"),
    *(
        _tally(name, comment)
        for name, comment in (
            ("flights", "not cancelled"),
            ("named", "the zone is told by names"),
            ("circles", None),
            ("polygons", None),
            ("routes", None),
            ("measured", "of circles and polygons"),
            ("touching", "flights of any region whose measured zone has an area in this one"),
        )
    ),
    Column("share_millionths", BigInteger, nullable=False, comment="sum of measured zones' shares here"),
    Column("names", ARRAY(Text), comment="names of zones"),
    Column("names_n", ARRAY(Integer), comment="flights of each name; null: one each"),
    PrimaryKeyConstraint("span", "start", "region_id", "state", "start_moscow", "start_local"),
    CheckConstraint("span IN ('day', 'month', 'year')", name="span"),
    Index("ix_zone_counts_moscow", "span", "start_moscow", "region_id"),
    Index("ix_zone_counts_local", "span", "start_local", "region_id"),
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
