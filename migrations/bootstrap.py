"""What must be there before the first table: the extension, the roles and the schemas."""

import os
from importlib.resources import files

from sqlalchemy import Connection, make_url, text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection

OWNER = "fp_owner"
ROLES = (OWNER, "fp_ingest", "fp_api", "fp_datalens")
SCHEMAS = ("raw", "core", "mart")


def async_url(uri: str) -> str:
    """Turn a libpq-style address into SQLAlchemy's, driver asyncpg."""
    return make_url(uri).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def _requested(name: str) -> bool:
    return os.environ.get(name, "1").strip().lower() not in {"0", "false", "no"}


def prepare(connection: Connection) -> None:
    """Create extension, roles and schemas where missing and allowed, then act as the owner."""
    if _requested("MIGRATE_CREATE_EXTENSION"):
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public"))
    me = connection.execute(text("SELECT current_user")).scalar_one()
    if _requested("MIGRATE_CREATE_ROLES"):
        _create_roles(connection, me)
    if me != OWNER:
        connection.execute(text(f"SET ROLE {OWNER}"))
    for schema in SCHEMAS:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    connection.commit()


def _create_roles(connection: Connection, me: str) -> None:
    existing = set(
        connection.execute(
            text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)"), {"names": list(ROLES)}
        ).scalars()
    )
    for role in ROLES:
        if role not in existing:
            connection.execute(text(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"))
    if me != OWNER:
        connection.execute(text(f"GRANT {OWNER} TO CURRENT_USER"))
    database = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    connection.execute(text(f"GRANT CREATE, CONNECT, TEMPORARY ON DATABASE {database} TO {OWNER}"))


def run_sql(connection: Connection, *names: str) -> None:
    """Run files of ``migrations/sql``, such as ``0002/views.sql``, each sent whole, so that no file has to be cut up.

    A file belongs to the version whose folder it lies in and is never changed after that version is released; a later
    version may run it again. It takes no parameters.
    """
    # The driver begins the transaction with the first statement that goes through it.
    connection.exec_driver_sql("SELECT 1")
    driver = connection.connection.dbapi_connection
    if not isinstance(driver, AsyncAdapt_asyncpg_connection):
        raise TypeError("migrations run over asyncpg")
    for name in names:
        script = (files("migrations") / "sql" / name).read_text(encoding="utf8")
        driver.run_async(lambda raw, script=script: raw.execute(script))
