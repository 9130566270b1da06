"""Views for roles that may see some regions alone: ``narrowed.X`` is ``mart.X`` without the rows of other regions.

Which role sees which regions stands in ``narrowed.role_regions``; a view asks it for whoever is connected. Both are
made by ``fly-potato datalens narrow`` and are no part of the versions: the views are taken away before a migration and
made anew of what ``mart`` holds after it, in the same transaction. What has no column ``region`` is not there at all.
"""

from sqlalchemy import Connection, text

SCHEMA = "narrowed"

REMOVE = """
DO $$
DECLARE each record;
BEGIN
    FOR each IN SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'narrowed' AND c.relkind = 'v'
    LOOP
        EXECUTE format('DROP VIEW narrowed.%I', each.relname);
    END LOOP;
END
$$
"""

MAKE = """
DO $$
DECLARE each record; role_name name;
BEGIN
    IF to_regclass('narrowed.role_regions') IS NULL THEN
        RETURN;
    END IF;
    FOR each IN SELECT c.oid, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'mart' AND c.relkind IN ('v', 'm')
            AND EXISTS (
                SELECT FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attname = 'region' AND a.atttypid = 'text'::regtype
            )
    LOOP
        EXECUTE format(
            'CREATE VIEW narrowed.%I WITH (security_barrier) AS SELECT * FROM mart.%I '
            'WHERE region IN (SELECT r.region FROM narrowed.role_regions AS r WHERE r.role_name = current_user)',
            each.relname, each.relname
        );
        FOR role_name IN
            SELECT DISTINCT r.role_name FROM narrowed.role_regions AS r JOIN pg_roles AS p ON p.rolname = r.role_name
        LOOP
            EXECUTE format('GRANT SELECT ON narrowed.%I TO %I', each.relname, role_name);
        END LOOP;
    END LOOP;
END
$$
"""

PREPARE = """
CREATE SCHEMA IF NOT EXISTS narrowed;
CREATE TABLE IF NOT EXISTS narrowed.role_regions (
    role_name name NOT NULL,
    region text NOT NULL,
    PRIMARY KEY (role_name, region)
);
COMMENT ON TABLE narrowed.role_regions IS 'Какой роли какие регионы видны в схеме narrowed';
"""
"""What ``fly-potato datalens narrow`` begins with, as the owner."""


def remove_views(connection: Connection) -> None:
    """Take the views away, so that a version may change those of ``mart``."""
    connection.execute(text(REMOVE))


def make_views(connection: Connection) -> None:
    """Make the views of what ``mart`` holds now; nothing where nobody is narrowed."""
    connection.execute(text(MAKE))
