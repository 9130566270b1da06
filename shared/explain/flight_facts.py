"""The flight that pasted telegrams make, and what is known of it in words."""

from shared.explain.labels import FLIGHT, WORDS, metres, minutes, point, zone
from shared.flights import Flight, Reading, TelegramRow, build, read


def flight_of(text: str) -> Flight | None:
    """Build the flight of the telegrams of one text; None where they tell no fact of one.

    It has no codes of cells: what is pasted stands in none.
    """
    reading = read(TelegramRow(None, text, None, None))
    if not isinstance(reading, Reading):
        return None
    flight = build([reading])
    return flight._replace(problems=tuple(code for code in flight.problems if not code.startswith("CELL_")))


def facts(flight: Flight) -> list[tuple[str, str]]:
    """Say what is known of a flight: names and values in Russian, times UTC."""
    worded = ((label, _worded(name, flight)) for name, label in FLIGHT.items())
    return [(label, text) for label, text in worded if text]


def _worded(name: str, flight: Flight) -> str | None:
    value = getattr(flight, name)
    if value is None or value == ():
        return None
    if name in ("dep", "arr"):
        return f"{point(value.lat, value.lon)} ({value.source})"
    if name.endswith("_dt"):
        return f"{value:%d.%m.%Y %H:%M}"
    if name.endswith("_min"):
        return minutes(value)
    if name == "level_m":
        return metres(flight.level_m)
    if name == "zone":
        return zone(flight.zone)
    if name == "position_source" and value == "zone":
        return "зоне"
    return ", ".join(value) if isinstance(value, tuple) else WORDS.get(str(value), str(value))
