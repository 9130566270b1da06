"""Run migrations over asyncpg, as the role that owns every object.

``MIGRATE_URI`` says where, or ``POSTGRES_URI`` where nobody set it: on hosts that one names a role that owns nothing.
``MIGRATE_CREATE_EXTENSION=0`` leaves ``CREATE EXTENSION`` out and
``MIGRATE_CREATE_ROLES=0`` the roles: a managed cluster refuses both in SQL and makes them as resources of its own.
"""

import asyncio
import os
from logging.config import fileConfig

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

import migrations.schema_mart  # noqa: F401 - adds its tables to the metadata
from migrations.bootstrap import SCHEMAS, async_url, prepare
from migrations.narrowed_views import make_views, remove_views
from migrations.schema import metadata

config = context.config
if config.config_file_name is not None and config.attributes.get("configure_logging", True):
    fileConfig(config.config_file_name, disable_existing_loggers=False)


def _include_name(name: str | None, kind: str, parents: object) -> bool:
    return name in SCHEMAS if kind == "schema" else True


def _configure(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table_schema="core",
        include_schemas=True,
        include_name=_include_name,
        include_object=alembic_helpers.include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        compare_server_default=True,
    )


def _run(connection: Connection) -> None:
    prepare(connection)
    _configure(connection)
    with context.begin_transaction():
        remove_views(connection)
        context.run_migrations()
        make_views(connection)


async def _online(url: str) -> None:
    # A transaction pooler may stand in front: no statement may be remembered from one transaction to the next.
    engine = create_async_engine(
        async_url(url),
        poolclass=pool.NullPool,
        connect_args={"statement_cache_size": 0, "prepared_statement_cache_size": 0},
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_run)
            await connection.commit()
    finally:
        await engine.dispose()


if context.is_offline_mode():
    # The versions look at what is there, so there is no script that could be written without a database.
    raise SystemExit("migrations need a database: --sql is not supported")
uri = config.attributes.get("uri") or os.environ.get("MIGRATE_URI") or os.environ.get("POSTGRES_URI", "")
asyncio.run(_online(str(uri)))
