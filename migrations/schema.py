"""The tables of the newest schema as SQLAlchemy metadata: what a new migration is written from and checked against.

``raw`` keeps the text of telegrams (personal data; only the role ``fp_ingest`` reads it), ``core`` what was understood,
``mart`` what dashboards read. Points are SRID 4326, times ``timestamptz``, durations minutes, levels metres.
"""

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NOW = text("now()")


def moment(name: str, *, nullable: bool = True, now: bool = False, comment: str | None = None) -> Column[object]:
    """Make a column for an aware instant."""
    default = NOW if now else None
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default, comment=comment)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


loads = Table(
    "loads",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("sha256", LargeBinary, nullable=False, unique=True, comment="the workbook's bytes are its identity"),
    Column("object_key", Text, nullable=False),
    moment("source_at", nullable=False),
    Column("state", Text, nullable=False),
    Column("claim", Uuid, nullable=False, comment="who works on it; the last to claim is the only one who may finish"),
    moment("lease_until", nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("1")),
    Column("error_code", Text),
    Column("error_sentence", Text, comment="in Russian, for whoever sent the workbook"),
    *(
        _count(name)
        for name in (
            "rows_in",
            "rows_empty",
            "rows_repeated",
            "rows_rejected",
            "flights_new",
            "flights_updated",
            "flights_unchanged",
            "flights_outside",
        )
    ),
    Column(
        "unread_sheets", ARRAY(Text), nullable=False, server_default=text("'{}'"), comment="filled, of no known layout"
    ),
    Column("period_from", Date, comment="first day that its rows speak of, without strays"),
    Column("period_to", Date, comment="last such day"),
    moment("started_at", nullable=False, now=True),
    moment("finished_at"),
    Column(
        "parser_revision", Integer, nullable=False, server_default=text("0"), comment="of the parser that read it last"
    ),
    Column(
        "rows_traced",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="every place of its rows is kept, and the texts of its rejects",
    ),
    Column("step_seconds", JSONB, comment="how long each step of the load took"),
    Column("problems", JSONB, comment="how many of its flights carry each code"),
    moment("redacted_at", comment="when the texts of its rows were replaced by such as name nobody"),
    Column("plausible_from", Date, comment="first day that is plausible in it"),
    Column("plausible_to", Date, comment="last such day"),
    moment("withdrawn_at"),
    Column("withdrawn_by", Text, comment="opaque subject, or the name of a command"),
    Column("withdrawn_reason", Text),
    Column("column_map", JSONB, comment="by which columns it was read where headers did not tell"),
    CheckConstraint("state IN ('claimed', 'done', 'failed', 'withdrawn')", name="state"),
    CheckConstraint(
        "state <> 'done' OR rows_in = rows_empty + rows_repeated + rows_rejected"
        " + flights_new + flights_updated + flights_unchanged",
        name="accounted",
    ),
    schema="core",
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("object_key", Text, nullable=False, unique=True),
    Column("file_name", Text, nullable=False),
    Column("size_bytes", BigInteger),
    Column("content_type", Text),
    Column("announced_by", Text, nullable=False),
    moment("announced_at", nullable=False, now=True),
    Column("load_id", BigInteger, ForeignKey("core.loads.id")),
    Column("outcome", Text),
    Column("error_code", Text),
    Column("error_sentence", Text, comment="in Russian, for whoever sent the workbook"),
    Column("step", Text, nullable=False, server_default=text("'announced'")),
    _count("rows_read"),
    _count("rows_total"),
    moment("updated_at", nullable=False, now=True),
    moment("finished_at"),
    moment("lease_until", comment="until when a sign of life is due from who works on it"),
    moment("absent_at", comment="when the bucket was asked for an object that never came"),
    Column("column_map", JSONB, comment="what its sender says of the columns of sheets; null: headers tell"),
    Column("found_headings", JSONB, comment="titles of sheets without a known header, for the sender to name columns"),
    CheckConstraint("outcome IN ('loaded', 'duplicate', 'failed', 'withdrawn')", name="outcome"),
    CheckConstraint("step IN ('announced', 'received', 'reading', 'writing', 'finished')", name="step"),
    Index(None, "announced_at", "id"),
    Index(None, "load_id"),
    Index("ix_uploads_open", "lease_until", postgresql_where=text("outcome IS NULL")),
    schema="core",
)

load_centers = Table(
    "load_centers",
    metadata,
    Column("load_id", BigInteger, ForeignKey("core.loads.id", ondelete="CASCADE"), primary_key=True),
    Column("center", Text, primary_key=True, comment="centre of air traffic management; empty when not known"),
    Column("rows", Integer, nullable=False, comment="filled rows, rejected ones included"),
    Column("rejected", Integer, nullable=False),
    schema="core",
)

rejects = Table(
    "rejects",
    metadata,
    Column("load_id", BigInteger, ForeignKey("core.loads.id", ondelete="CASCADE"), primary_key=True),
    Column("sheet", Text, primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("code", Text, nullable=False),
    schema="core",
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("load_id", BigInteger, ForeignKey("core.loads.id"), nullable=False),
    Column("requested_by", Text, nullable=False, comment="opaque subject"),
    moment("requested_at", nullable=False, now=True),
    Column("reason", Text),
    Column("state", Text, nullable=False, server_default=text("'requested'")),
    moment("finished_at"),
    Column("flights_gone", Integer),
    Column("flights_changed", Integer),
    Column("error_code", Text),
    Column("error_sentence", Text),
    CheckConstraint("state IN ('requested', 'done', 'refused')", name="state"),
    Index("uq_withdrawals_open", "load_id", unique=True, postgresql_where=text("state = 'requested'")),
    schema="core",
)

boundary_sets = Table(
    "boundary_sets",
    metadata,
    Column("id", SmallInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("attribution", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False, unique=True),
    moment("loaded_at", nullable=False, now=True),
    Column("active", Boolean, nullable=False, server_default=text("false")),
    Index("uq_boundary_sets_active", "active", unique=True, postgresql_where=text("active")),
    schema="core",
)

regions = Table(
    "regions",
    metadata,
    Column("set_id", SmallInteger, ForeignKey("core.boundary_sets.id", ondelete="CASCADE"), primary_key=True),
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("iso", Text, comment="ISO 3166-2 where there is one"),
    Column("name", Text, nullable=False, comment="in Russian"),
    Column("area_km2", Float, nullable=False, comment="geodesic, of the polygon"),
    Column("official_area_km2", Float, comment="land area that density divides by"),
    Column("time_zone", Text, nullable=False, comment="IANA name, of the administrative centre"),
    Column("geom", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
    schema="core",
)

region_parts = Table(
    "region_parts",
    metadata,
    Column("set_id", SmallInteger, nullable=False),
    Column("region_id", SmallInteger, nullable=False),
    Column("geom", Geometry("POLYGON", srid=4326, spatial_index=False), nullable=False),
    ForeignKeyConstraint(["set_id", "region_id"], ["core.regions.set_id", "core.regions.id"], ondelete="CASCADE"),
    Index("ix_region_parts_geom", "geom", postgresql_using="gist"),
    Index(None, "set_id", "region_id"),
    schema="core",
)

foreign_parts = Table(
    "foreign_parts",
    metadata,
    Column("set_id", SmallInteger, ForeignKey("core.boundary_sets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("geom", Geometry("POLYGON", srid=4326, spatial_index=False), nullable=False),
    Index("ix_foreign_parts_geom", "geom", postgresql_using="gist"),
    schema="core",
)

time_zone_parts = Table(
    "time_zone_parts",
    metadata,
    Column("set_id", SmallInteger, ForeignKey("core.boundary_sets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("region_id", SmallInteger, nullable=False),
    Column("time_zone", Text, nullable=False, comment="IANA name"),
    Column("geom", Geometry("POLYGON", srid=4326, spatial_index=False), nullable=False),
    Index("ix_time_zone_parts_geom", "geom", postgresql_using="gist"),
    schema="core",
)

region_outlines = Table(
    "region_outlines",
    metadata,
    Column("set_id", SmallInteger, primary_key=True),
    Column("region_id", SmallInteger, primary_key=True),
    Column("number", SmallInteger, primary_key=True, comment="of the part within its region"),
    Column("polygon", Text, nullable=False, comment="[[[lat, lon], ...], [hole], ...]"),
    ForeignKeyConstraint(["set_id", "region_id"], ["core.regions.set_id", "core.regions.id"], ondelete="CASCADE"),
    schema="core",
)

boundary_tasks = Table(
    "boundary_tasks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("asked_by", Text, nullable=False, comment="opaque subject, or the name of a command or job"),
    moment("asked_at", nullable=False, now=True),
    Column("object_key", Text, comment="of a file that was sent"),
    Column("file_name", Text),
    Column("size_bytes", BigInteger),
    Column(
        "stated",
        JSONB,
        comment="what its sender says of it: name, source, licence, attribution, default_time_zone",
    ),
    Column("set_id", SmallInteger, comment="the set that was read, or is asked for"),
    Column("state", Text, nullable=False, server_default=text("'requested'")),
    moment("finished_at"),
    Column("result", JSONB),
    Column("error_code", Text),
    Column("error_sentence", Text),
    CheckConstraint("kind IN ('file', 'address', 'rehearsal', 'activation')", name="kind"),
    CheckConstraint("state IN ('requested', 'done', 'refused')", name="state"),
    Index(None, "asked_at", "id"),
    Index(
        "uq_boundary_tasks_open",
        "kind",
        "set_id",
        unique=True,
        postgresql_where=text("state = 'requested' AND set_id IS NOT NULL"),
    ),
    schema="core",
)

flights = Table(
    "flights",
    metadata,
    Column("key", Uuid, primary_key=True, comment="who the flight is, whatever is known of it"),
    Column("state", Text, nullable=False),
    Column("sid", Text),
    Column("callsign", Text),
    Column("uav_type", Text),
    Column("uav_count", Integer),
    Column("regs", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("operator_kind", Text, nullable=False),
    Column("center", Text),
    Column("dep_lat", Float),
    Column("dep_lon", Float),
    Column("dep_source", Text),
    Column("arr_lat", Float),
    Column("arr_lon", Float),
    Column("arr_source", Text),
    Column("position", Geometry("POINT", srid=4326, spatial_index=False), comment="the point that gives the region"),
    Column("position_source", Text, nullable=False),
    Column("region_id", SmallInteger, comment="in the active boundary set"),
    Column("region_match", Text, nullable=False),
    moment("dep_dt"),
    moment("arr_dt"),
    Column("duration_min", Integer),
    moment("plan_dep_dt"),
    moment("plan_arr_dt"),
    Column("plan_duration_min", Integer),
    Column("level_lower_m", Integer),
    Column("level_upper_m", Integer),
    Column("zone", JSONB),
    Column("problems", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("day", Date, comment="UTC day of the take-off, actual before planned; null when no date is known"),
    Column("hour", SmallInteger, comment="UTC hour of the same moment"),
    # No foreign key: loads are never deleted, and a check a row would cost a tenth of a load.
    Column("load_id", BigInteger, nullable=False, comment="the load that changed it last"),
    Column("time_zone", Text, comment="IANA zone of the position where it is not its region's"),
    CheckConstraint("state IN ('planned', 'flown', 'cancelled')", name="state"),
    CheckConstraint("region_match IN ('inside', 'near_border', 'outside', 'none')", name="region_match"),
    CheckConstraint("(region_match IN ('inside', 'near_border')) = (region_id IS NOT NULL)", name="region_known"),
    Index(None, "day", "region_id"),
    Index("ix_flights_cancelled", "day", postgresql_where=text("state = 'cancelled'")),
    Index(
        "ix_flights_overnight",
        "arr_dt",
        postgresql_where=text("dep_dt IS NOT NULL AND (arr_dt AT TIME ZONE 'UTC')::date > day"),
    ),
    schema="core",
)

zones = Table(
    "zones",
    metadata,
    Column("zone", Uuid, primary_key=True, comment="MD5 of the zone's text in core.flights"),
    Column("outline", JSONB, nullable=False, comment="a circle or polygon"),
    schema="core",
)

zone_shares = Table(
    "zone_shares",
    metadata,
    Column("zone", Uuid, ForeignKey("core.zones.zone", ondelete="CASCADE"), primary_key=True),
    Column("set_id", SmallInteger, ForeignKey("core.boundary_sets.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "region_id",
        SmallInteger,
        primary_key=True,
        autoincrement=False,
        comment="0 in no region, -1 without an area: counts for the flight's own region",
    ),
    Column("millionths", Integer, nullable=False, comment="of the zone's area; those of a zone add up to a million"),
    Index(None, "set_id"),
    schema="core",
)

source_rows = Table(
    "rows",
    metadata,
    Column("flight_key", Uuid, primary_key=True),
    Column("row_hash", Uuid, primary_key=True, comment="of the row's texts"),
    Column("load_id", BigInteger, nullable=False, comment="the newest load that holds it"),
    Column("sheet", Text, nullable=False),
    Column("row_number", Integer, nullable=False),
    Column(
        "ordinal",
        Integer,
        nullable=False,
        comment="where in the workbook; with the load's time and hash the row's stamp",
    ),
    Column("center", Text),
    Column("shr", Text),
    Column("dep", Text),
    Column("arr", Text),
    Column("cells", JSONB, comment="the cells of a table row, which has no telegrams"),
    Index(None, "load_id", postgresql_using="brin"),
    schema="raw",
)

row_repeats = Table(
    "repeats",
    metadata,
    Column("flight_key", Uuid, primary_key=True),
    Column("row_hash", Uuid, primary_key=True),
    Column("load_id", BigInteger, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("sheet", Text, nullable=False),
    Column("row_number", Integer, nullable=False),
    Index(None, "load_id", postgresql_using="brin"),
    schema="raw",
    comment="the other places where a kept row stands: in older workbooks, or further up in the same",
)

rejected_rows = Table(
    "rejects",
    metadata,
    Column("load_id", BigInteger, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("code", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("row_number", Integer, nullable=False),
    Column("center", Text),
    Column("shr", Text),
    Column("dep", Text),
    Column("arr", Text),
    Column("cells", JSONB),
    schema="raw",
    comment="the texts of rejected rows, which a later parser may read",
)

switches = Table(
    "switches",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", JSONB, nullable=False),
    Column("changed_by", Text, nullable=False, comment="opaque subject, or the name of a command"),
    moment("changed_at", nullable=False, now=True),
    CheckConstraint("name IN ('ingest', 'lanes', 'announcement', 'features')", name="name"),
    schema="core",
    comment="what administrators set while the product runs; what is not there is as it always was",
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    moment("at", nullable=False, now=True),
    Column("who", Text, nullable=False, comment="opaque subject, or the name of a command"),
    Column("action", Text, nullable=False),
    Column("details", JSONB, comment="no personal data"),
    Index(None, "at"),
    schema="core",
    comment="who did what an administrator may do, and who saw raw text",
)

reports = Table(
    "reports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("period_from", Date),
    Column("period_to", Date),
    Column("region", Text, comment="code of the region, null for the whole country"),
    Column("uav_type", Text),
    Column("state", Text, nullable=False),
    Column("size_bytes", Integer),
    Column("object_key", Text, comment="null when the report went out with the answer itself"),
    Column("asked_by", Text, nullable=False, comment="opaque subject"),
    moment("asked_at", nullable=False, now=True),
    CheckConstraint("state IN ('done', 'failed')", name="state"),
    Index(None, "asked_at", "id"),
    schema="core",
)
