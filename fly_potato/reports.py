"""What became of a workbook, in words and tables."""

from collections.abc import Sequence

from rich.table import Table

from fly_potato.busiest import RegionFlights
from fly_potato.client import Json

COUNTS = {
    "rows_in": "строк",
    "rows_empty": "пустых",
    "rows_repeated": "повторов в файле",
    "rows_rejected": "не прочитано",
    "flights_new": "новых полётов",
    "flights_updated": "обновлённых полётов",
    "flights_unchanged": "прежних полётов",
    "flights_outside": "вне регионов",
}


def summary(state: Json) -> str:
    """Say in one line how an upload ended."""
    counts = state.get("counts") or {}
    told = ", ".join(f"{title} {counts[name]}" for name, title in COUNTS.items() if counts.get(name))
    if state["state"] == "loaded":
        unread = ", ".join(f"«{name}»" for name in state.get("unread_sheets") or ())
        return f"загружен: {told}" + (f"; листы с неизвестной шапкой не прочитаны: {unread}" if unread else "")
    if state["state"] == "duplicate":
        return f"уже известен, ничего не изменилось; при первой загрузке: {told}"
    error = state.get("error") or {}
    return f"не загружен: {error.get('code', state['state'])} {error.get('sentence', '')}".rstrip()


def rejects(state: Json) -> Table | None:
    """Tabulate the rejected rows by code, if there are any."""
    if not state.get("rejects"):
        return None
    table = Table("код", "строк", "почему", title="Непрочитанные строки")
    for reject in sorted(state["rejects"], key=lambda each: -each["rows"]):
        table.add_row(reject["code"], str(reject["rows"]), reject["explanation"])
    return table


def regions(items: Sequence[RegionFlights]) -> Table:
    """Tabulate regions by their flights."""
    table = Table("№", "регион", "полётов", title="Самые занятые регионы")
    for number, item in enumerate(items, 1):
        table.add_row(str(number), item.name, str(item.flights))
    return table
