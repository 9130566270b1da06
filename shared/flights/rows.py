"""The two kinds of rows that workbooks hold, as values: what :func:`shared.flights.read` takes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TelegramRow:
    """A row whose cells hold telegrams; blank cells are None, the text stands as the cell has it."""

    center: str | None
    shr: str | None
    dep: str | None
    arr: str | None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the sheets of 2024 that carry no telegrams, one value a column, by the meaning of its header.

    Every value is text or None: date-times as ISO ``2024-01-01T09:00:00``, dates ``2024-01-01``, times ``09:00:00``,
    whole numbers without ``.0``. Times are UTC.
    """

    center: str | None = None
    date: str | None = None
    callsign: str | None = None
    reg: str | None = None
    uav_type: str | None = None
    dep_time: str | None = None
    arr_time: str | None = None
    dep_place: str | None = None
    arr_place: str | None = None
    dep_name: str | None = None
    arr_name: str | None = None
    route: str | None = None
    remarks: str | None = None
    owner: str | None = None
    eet: str | None = None


Row = TelegramRow | TableRow
