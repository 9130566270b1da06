"""The roll-ups of flights that were there before the roll-ups were."""

from sqlalchemy import Connection

from shared.db.sql import load_sql


def recount(connection: Connection) -> None:
    """Count every day anew, with the statements that a load uses."""
    sql = load_sql("shared.stats")
    connection.exec_driver_sql("CREATE TEMP TABLE stage_days (day date PRIMARY KEY) ON COMMIT DROP")
    connection.exec_driver_sql("INSERT INTO stage_days SELECT DISTINCT coalesce(day, '-infinity') FROM core.flights")
    _run(connection, sql["recount_days"])
    for span, part in (("month", "day"), ("year", "month")):
        connection.exec_driver_sql(sql["forget_span"], (span,))
        connection.exec_driver_sql(sql["sum_span"], (span, part))
        connection.exec_driver_sql(sql["forget_peaks"], (span,))
        connection.exec_driver_sql(sql["peak_span"], (span, part))
    _run(connection, sql["recount_cells"])
    connection.exec_driver_sql(sql["new_revision"])


def _run(connection: Connection, script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
