"""The first tables, the first views and who may do what."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from migrations.bootstrap import run_sql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "boundary_sets",
        sa.Column("id", sa.SmallInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundary_sets")),
        sa.UniqueConstraint("sha256", name=op.f("uq_boundary_sets_sha256")),
        schema="core",
    )
    op.create_index(
        "uq_boundary_sets_active",
        "boundary_sets",
        ["active"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "loads",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False, comment="the workbook's bytes are its identity"),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("source_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "claim",
            sa.Uuid(),
            nullable=False,
            comment="who works on it; the last to claim is the only one who may finish",
        ),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_sentence", sa.Text(), nullable=True, comment="in Russian, for whoever sent the workbook"),
        sa.Column("rows_in", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rows_empty", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rows_repeated", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("flights_new", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("flights_updated", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("flights_unchanged", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("flights_outside", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "unread_sheets",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="filled, of no known layout",
        ),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'done' OR rows_in = rows_empty + rows_repeated + rows_rejected + flights_new + flights_updated + flights_unchanged",
            name=op.f("ck_loads_accounted"),
        ),
        sa.CheckConstraint("state IN ('claimed', 'done', 'failed')", name=op.f("ck_loads_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loads")),
        sa.UniqueConstraint("sha256", name=op.f("uq_loads_sha256")),
        schema="core",
    )
    op.create_table(
        "flights_hourly",
        sa.Column("day", sa.Date(), nullable=False, comment="UTC"),
        sa.Column("hour", sa.SmallInteger(), nullable=False, comment="UTC, 0-23; -1 when only the day is known"),
        sa.Column("region_id", sa.SmallInteger(), nullable=False, comment="0 when the flight has no region"),
        sa.Column("region_match", sa.Text(), nullable=False),
        sa.Column("uav_type", sa.Text(), nullable=False, comment="empty when not told"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("flights", sa.Integer(), nullable=False),
        sa.Column("aircraft", sa.Integer(), nullable=False, comment="a flight that tells no count is one aircraft"),
        sa.Column("with_dep", sa.Integer(), nullable=False),
        sa.Column("with_arr", sa.Integer(), nullable=False),
        sa.Column("with_duration", sa.Integer(), nullable=False),
        sa.Column("duration_min", sa.BigInteger(), nullable=False, comment="sum of actual durations, minutes"),
        sa.Column("with_plan_duration", sa.Integer(), nullable=False),
        sa.Column("plan_duration_min", sa.BigInteger(), nullable=False, comment="sum of planned durations, minutes"),
        sa.PrimaryKeyConstraint(
            "day", "hour", "region_id", "region_match", "uav_type", "state", name=op.f("pk_flights_hourly")
        ),
        schema="mart",
    )
    op.create_index(
        op.f("ix_flights_hourly_region_id_day"), "flights_hourly", ["region_id", "day"], unique=False, schema="mart"
    )
    op.create_geospatial_table(
        "flights",
        sa.Column("key", sa.Uuid(), nullable=False, comment="who the flight is, whatever is known of it"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=True),
        sa.Column("callsign", sa.Text(), nullable=True),
        sa.Column("uav_type", sa.Text(), nullable=True),
        sa.Column("uav_count", sa.Integer(), nullable=True),
        sa.Column("regs", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("operator_kind", sa.Text(), nullable=False),
        sa.Column("center", sa.Text(), nullable=True),
        sa.Column("dep_lat", sa.Float(), nullable=True),
        sa.Column("dep_lon", sa.Float(), nullable=True),
        sa.Column("dep_source", sa.Text(), nullable=True),
        sa.Column("arr_lat", sa.Float(), nullable=True),
        sa.Column("arr_lon", sa.Float(), nullable=True),
        sa.Column("arr_source", sa.Text(), nullable=True),
        sa.Column(
            "position",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
            comment="the point that gives the region",
        ),
        sa.Column("position_source", sa.Text(), nullable=False),
        sa.Column("region_id", sa.SmallInteger(), nullable=True, comment="in the active boundary set"),
        sa.Column("region_match", sa.Text(), nullable=False),
        sa.Column("dep_dt", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arr_dt", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duration_min", sa.Integer(), nullable=True),
        sa.Column("plan_dep_dt", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plan_arr_dt", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plan_duration_min", sa.Integer(), nullable=True),
        sa.Column("level_lower_m", sa.Integer(), nullable=True),
        sa.Column("level_upper_m", sa.Integer(), nullable=True),
        sa.Column("zone", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("problems", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "day",
            sa.Date(),
            nullable=True,
            comment="UTC day of the take-off, actual before planned; null when no date is known",
        ),
        sa.Column("hour", sa.SmallInteger(), nullable=True, comment="UTC hour of the same moment"),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="the load that changed it last"),
        sa.CheckConstraint(
            "(region_match IN ('inside', 'coastal')) = (region_id IS NOT NULL)", name=op.f("ck_flights_region_known")
        ),
        sa.CheckConstraint(
            "region_match IN ('inside', 'coastal', 'outside', 'none')", name=op.f("ck_flights_region_match")
        ),
        sa.CheckConstraint("state IN ('planned', 'flown', 'cancelled')", name=op.f("ck_flights_state")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_flights")),
        schema="core",
    )
    op.create_index(op.f("ix_flights_day_region_id"), "flights", ["day", "region_id"], unique=False, schema="core")
    op.create_geospatial_index(
        "ix_flights_position",
        "flights",
        ["position"],
        unique=False,
        schema="core",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_table(
        "regions",
        sa.Column("set_id", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("iso", sa.Text(), nullable=True, comment="ISO 3166-2 where there is one"),
        sa.Column("name", sa.Text(), nullable=False, comment="in Russian"),
        sa.Column("area_km2", sa.Float(), nullable=False, comment="geodesic, of the polygon"),
        sa.Column("official_area_km2", sa.Float(), nullable=True, comment="land area that density divides by"),
        sa.Column("time_zone", sa.Text(), nullable=False, comment="IANA name, of the administrative centre"),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["core.boundary_sets.id"], name=op.f("fk_regions_set_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("set_id", "id", name=op.f("pk_regions")),
        schema="core",
    )
    op.create_table(
        "rejects",
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["load_id"], ["core.loads.id"], name=op.f("fk_rejects_load_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("load_id", "sheet", "row_number", name=op.f("pk_rejects")),
        schema="core",
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("announced_by", sa.Text(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_sentence", sa.Text(), nullable=True, comment="in Russian, for whoever sent the workbook"),
        sa.Column("step", sa.Text(), server_default=sa.text("'announced'"), nullable=False),
        sa.Column("rows_read", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rows_total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('loaded', 'duplicate', 'failed')", name=op.f("ck_uploads_outcome")),
        sa.CheckConstraint(
            "step IN ('announced', 'received', 'reading', 'writing', 'finished')", name=op.f("ck_uploads_step")
        ),
        sa.ForeignKeyConstraint(["load_id"], ["core.loads.id"], name=op.f("fk_uploads_load_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("object_key", name=op.f("uq_uploads_object_key")),
        schema="core",
    )
    op.create_index(op.f("ix_uploads_announced_at_id"), "uploads", ["announced_at", "id"], unique=False, schema="core")
    op.create_index(op.f("ix_uploads_load_id"), "uploads", ["load_id"], unique=False, schema="core")
    op.create_table(
        "rows",
        sa.Column("flight_key", sa.Uuid(), nullable=False),
        sa.Column("row_hash", sa.Uuid(), nullable=False, comment="of the row's texts"),
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="the newest load that holds it"),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column(
            "ordinal",
            sa.Integer(),
            nullable=False,
            comment="where in the workbook; with the load's time and hash the row's stamp",
        ),
        sa.Column("center", sa.Text(), nullable=True),
        sa.Column("shr", sa.Text(), nullable=True),
        sa.Column("dep", sa.Text(), nullable=True),
        sa.Column("arr", sa.Text(), nullable=True),
        sa.Column(
            "cells",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="the cells of a table row, which has no telegrams",
        ),
        sa.PrimaryKeyConstraint("flight_key", "row_hash", name=op.f("pk_rows")),
        schema="raw",
    )
    op.create_geospatial_table(
        "region_parts",
        sa.Column("set_id", sa.SmallInteger(), nullable=False),
        sa.Column("region_id", sa.SmallInteger(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["set_id", "region_id"],
            ["core.regions.set_id", "core.regions.id"],
            name=op.f("fk_region_parts_set_id_region_id"),
            ondelete="CASCADE",
        ),
        schema="core",
    )
    op.create_geospatial_index(
        "ix_region_parts_geom",
        "region_parts",
        ["geom"],
        unique=False,
        schema="core",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        op.f("ix_region_parts_set_id_region_id"), "region_parts", ["set_id", "region_id"], unique=False, schema="core"
    )
    run_sql(op.get_bind(), "0001/views.sql", "0001/grants.sql")


def downgrade() -> None:
    """Take back."""
    op.execute("DROP VIEW mart.region_totals, mart.regions")
    op.drop_index(op.f("ix_region_parts_set_id_region_id"), table_name="region_parts", schema="core")
    op.drop_geospatial_index(
        "ix_region_parts_geom", table_name="region_parts", schema="core", postgresql_using="gist", column_name="geom"
    )
    op.drop_geospatial_table("region_parts", schema="core")
    op.drop_table("rows", schema="raw")
    op.drop_index(op.f("ix_uploads_load_id"), table_name="uploads", schema="core")
    op.drop_index(op.f("ix_uploads_announced_at_id"), table_name="uploads", schema="core")
    op.drop_table("uploads", schema="core")
    op.drop_table("rejects", schema="core")
    op.drop_geospatial_table("regions", schema="core")
    op.drop_geospatial_index(
        "ix_flights_position", table_name="flights", schema="core", postgresql_using="gist", column_name="position"
    )
    op.drop_index(op.f("ix_flights_day_region_id"), table_name="flights", schema="core")
    op.drop_geospatial_table("flights", schema="core")
    op.drop_index(op.f("ix_flights_hourly_region_id_day"), table_name="flights_hourly", schema="mart")
    op.drop_table("flights_hourly", schema="mart")
    op.drop_table("loads", schema="core")
    op.drop_index(
        "uq_boundary_sets_active", table_name="boundary_sets", schema="core", postgresql_where=sa.text("active")
    )
    op.drop_table("boundary_sets", schema="core")
