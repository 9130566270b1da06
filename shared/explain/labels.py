"""What telegrams, their fields and values are called in Russian, and the flight that telegrams make, in words."""

from shared.flights import Flight, Reading, TelegramRow, build, read
from shared.flights.model import Circle, Named, Polygon, Zone
from shared.problems import ProblemKind

FIELDS = {
    "7": "позывной",
    "13": "аэродром вылета",
    "13t": "время вылета",
    "15": "эшелон и зона",
    "16": "аэродром назначения",
    "16t": "плановая продолжительность",
    "DEP": "место вылета",
    "DEST": "место назначения",
    "DOF": "дата полёта",
    "EET": "время до границ районов",
    "OPR": "эксплуатант",
    "ORGN": "отправитель плана",
    "REG": "учётные номера",
    "STS": "особый статус",
    "TYP": "тип и число судов",
    "DLE": "место и время зависания",
    "RMK": "примечание",
    "COMMENT": "примечание",
    "SID": "номер плана",
    "TITLE": "вид телеграммы",
    "ADD": "дата вылета",
    "ATD": "время вылета",
    "ADA": "дата посадки",
    "ATA": "время посадки",
    "ADEP": "аэродром вылета",
    "ADEPZ": "место вылета",
    "ADARR": "аэродром посадки",
    "ADARRZ": "место посадки",
    "PAP": "людей на борту",
    "ADES": "аэродром назначения",
    "ADESZ": "место назначения",
    "ARCID": "позывной",
    "ARCTYP": "тип и число судов",
    "EOBD": "дата полёта по плану",
    "EOBT": "время вылета по плану",
    "ETD": "время вылета по плану",
    "TTLEET": "плановая продолжительность",
    "filed day": "дата полёта до изменения",
    "filed time": "время вылета до изменения",
}

KINDS = {
    ProblemKind.REPAIR: "исправлено",
    ProblemKind.DOUBT: "сомнение",
    ProblemKind.LOSS: "потеря",
    ProblemKind.REJECT: "отказ",
}

CELLS = {
    "center": "центр",
    "date": "дата",
    "callsign": "рейс",
    "reg": "борт",
    "uav_type": "тип",
    "dep_time": "время вылета",
    "arr_time": "время посадки",
    "dep_place": "место вылета",
    "arr_place": "место посадки",
    "dep_name": "название места вылета",
    "arr_name": "название места посадки",
    "route": "район работ",
    "remarks": "примечания",
    "owner": "владелец",
    "eet": "EET",
}
"""Columns of rows that carry no telegrams."""

FLIGHT = {
    "state": "состояние",
    "sid": "номер плана",
    "callsign": "позывной",
    "uav_type": "тип",
    "uav_count": "число судов",
    "regs": "учётные номера",
    "operator_kind": "вид эксплуатанта",
    "dep": "место вылета",
    "arr": "место посадки",
    "position_source": "регион определяется по",
    "dep_dt": "вылет, UTC",
    "arr_dt": "посадка, UTC",
    "duration_min": "продолжительность",
    "plan_dep_dt": "вылет по плану, UTC",
    "plan_arr_dt": "посадка по плану, UTC",
    "plan_duration_min": "продолжительность по плану",
    "level_m": "высоты",
    "zone": "зона",
}

WORDS = {
    "planned": "только план",
    "flown": "выполнен",
    "cancelled": "отменён",
    "take_off": "месту вылета",
    "landing": "месту посадки",
    "none": "нет координат",
    "state": "государственный",
    "organisation": "организация",
    "entrepreneur": "предприниматель",
    "person": "физическое лицо",
    "unknown": "неизвестен",
}


def point(lat: float, lon: float) -> str:
    """Give a point in degrees, north or south, east or west."""
    return f"{abs(lat):.6f}° {'с. ш.' if lat >= 0 else 'ю. ш.'}, {abs(lon):.6f}° {'в. д.' if lon >= 0 else 'з. д.'}"


def minutes(count: int | None) -> str | None:
    """Give a duration in hours and minutes."""
    return None if count is None else f"{count // 60} ч {count % 60:02} мин"


def metres(level: tuple[int, int] | None) -> str | None:
    """Give a band of levels."""
    return None if level is None else f"{level[0]}–{level[1]} м"


def zone(area: Zone | None) -> str | None:
    """Give a zone."""
    if area is None:
        return None
    if isinstance(area, Circle):
        return f"круг {area.radius_km:g} км вокруг {point(area.lat, area.lon)}"
    if isinstance(area, Named):
        return f"зона {', '.join(area.names)}"
    return f"{'многоугольник' if isinstance(area, Polygon) else 'маршрут'}, точек: {len(area.points)}"


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
