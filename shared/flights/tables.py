"""Rows of the sheets of 2024 that carry no telegrams (TableRow)."""

from shared.flights import codes
from shared.flights.moments import Period
from shared.flights.readings import Reading, Reject
from shared.flights.rows import TableRow


def read_table(row: TableRow, period: Period | None) -> Reading | Reject | None:
    """Read a row of a table."""
    return Reject(codes.TABLE_ROW_WITHOUT_FACTS)
