"""Telegrams as the table of messages (ТС-2013) and ICAO Doc 4444 lay them out, and what surrounds them in cells.

The layouts are written here from those documents, not from the product's grammar: what writes a telegram must not share
the mistakes of what reads it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

ArcSeconds = tuple[int, int]
"""Latitude and longitude in whole seconds of arc, north and east positive."""
OPERATORS: Final = {
    "organisation": "ООО ВЫДУМКА",
    "state": "ГУ М4С РОССИИ",
    "entrepreneur": "ИП ВЫДУМКИН",
    "person": "ВЫДУМКИН ПЕТР ПЕТРОВИ4",
}
"""How an operator is written, by its kind; of a telegram that has been read only the kind is known."""
LINE: Final = 69
"""Characters of an AFTN line."""

_CYRILLIC: Final = str.maketrans("NSEW", "СЮВЗ")
_ADDRESSES: Final = ("УНКУЗДЗЬ", "УИИИЗДЗЬ", "УССТЗДЗЬ")

POINT_STYLES: Final = {
    # style: whether a careful reader gets the second, the minute, or nothing at all
    "minutes": "minute",
    "seconds": "second",
    "cyrillic_minutes": "minute",
    "cyrillic_seconds": "second",
    "look_alike": "second",
    "blank_inside": "second",
    "broken_line": "second",
    "named_place": "minute",
    "in_adep": "minute",
    "mixed_precision": None,
    "impossible": None,
    "missing": None,
}


def to_minutes(arc: ArcSeconds) -> ArcSeconds:
    """Round a point to whole minutes, still in seconds of arc."""
    return round(arc[0] / 60) * 60, round(arc[1] / 60) * 60


def as_read(arc: ArcSeconds, style: str) -> ArcSeconds | None:
    """Give the point that a careful reader gets from a style; None if there is none to get."""
    precision = POINT_STYLES[style]
    return None if precision is None else arc if precision == "second" else to_minutes(arc)


def degrees(arc: ArcSeconds) -> tuple[float, float]:
    """Give decimal degrees, six decimals."""
    return round(arc[0] / 3600, 6), round(arc[1] / 3600, 6)


def minutes(arc: ArcSeconds) -> str:
    """Write a point to the minute: ``5957N02905E``."""
    text = seconds(to_minutes(arc))
    return f"{text[:4]}{text[6:12]}{text[14:]}"


def seconds(arc: ArcSeconds) -> str:
    """Write a point to the second: ``440846N0430829E``."""
    (lat, lon), letters = (abs(arc[0]), abs(arc[1])), ("N" if arc[0] >= 0 else "S", "E" if arc[1] >= 0 else "W")
    north, east = (f"{arc // 3600:0{width}}{arc // 60 % 60:02}{arc % 60:02}" for arc, width in ((lat, 2), (lon, 3)))
    return f"{north}{letters[0]}{east}{letters[1]}"


def shortest(lat: float, lon: float) -> str:
    """Write decimal degrees to the second, or to the minute if that says as much."""
    arc = round(lat * 3600), round(lon * 3600)
    return minutes(arc) if to_minutes(arc) == arc else seconds(arc)


def point(arc: ArcSeconds, style: str, name: str = "") -> str:
    """Write a point in one of ``POINT_STYLES``."""
    coarse, fine = minutes(arc), seconds(arc)
    styles = {
        "seconds": fine,
        "cyrillic_minutes": coarse.translate(_CYRILLIC),
        "cyrillic_seconds": fine.translate(_CYRILLIC),
        "look_alike": fine.replace("E", "Е"),
        "blank_inside": f"{fine[:7]} {fine[7:]}",
        "broken_line": f"{fine[:7]}\n{fine[7:]}",
        "named_place": f"{name} {coarse}",
        # Seconds in the latitude, six digits of longitude: nobody can tell what was meant.
        "mixed_precision": fine[:13] + fine[-1],
        "impossible": f"{coarse[:2]}71{coarse[4:]}",
    }
    return styles.get(style, coarse)


def hhmm(minute: int | None) -> str:
    """Write a minute of the day, or a duration."""
    return "" if minute is None else f"{minute // 60:02}{minute % 60:02}"


def yymmdd(day: date | None) -> str:
    """Write a day."""
    return f"{day:%y%m%d}" if day else ""


def wrapped(text: str) -> str:
    """Break lines at blanks, as AFTN does."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and len(line) + 1 + len(word) > LINE:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return "\n".join(lines)


def items(pairs: Iterable[tuple[str, str | None]]) -> str:
    """Write field 18; what is None or blank is left out."""
    return " ".join(f"{key}/{value}" for key, value in pairs if value)


def plan(kind: str, callsign: str, field13: str, field15: str, field16: str, field18: str) -> str:
    """Write SHR, or a CHG that repeats the whole plan, a field a line; fields 15 and 16 may be missing."""
    lines = [
        f"({kind}-{callsign}",
        f"-{field13}",
        wrapped(f"-{field15}") if field15 else "",
        f"-{field16}" if field16 else "",
    ]
    return "\n".join([*(line for line in lines if line), wrapped(f"-{field18}")]) + ")"


def short(kind: str, callsign: str, field13: str, field16: str, field18: str) -> str:
    """Write DEP, ARR, CNL or DLA in brackets: three fields on the first line, field 18 below."""
    return f"({kind}-{callsign}-{field13}-{field16}\n-{wrapped(field18)})"


def keyed(title: str, pairs: Iterable[tuple[str, str | None]]) -> str:
    """Write IDEP, IARR or ICNL in keys and values; what is None or blank is left out."""
    return "\n".join([f"-TITLE {title}", *(f"-{key} {value}" for key, value in pairs if value)])


def movement_2025(
    is_dep: bool, sid: str | None, day: str, time: str, aerodrome: str | None, place: str | None, marks: str
) -> str:
    """Write IDEP or IARR; ``aerodrome`` may be a coordinate."""
    title, date_key, time_key, place_key = ("IDEP", "ADD", "ATD", "ADEP") if is_dep else ("IARR", "ADA", "ATA", "ADARR")
    return keyed(
        title,
        (
            *(("SID", sid), (date_key, day), (time_key, time), (place_key, aerodrome), (f"{place_key}Z", place)),
            *(("PAP", "0"), ("REG", marks)),
        ),
    )


def render(telegram: Any, remark: str = "") -> str:
    """Write a value with the fields of a plan or a movement, as ``shared.telegrams`` reads it.

    Points must lie on whole seconds, levels on tens of metres; a plan with a remark needs a number behind it.
    """
    if hasattr(telegram, "uav_type"):
        return _render_plan(telegram, remark)
    marks = " ".join(telegram.regs)
    if telegram.dated:
        is_dep = str(telegram.kind) == "DEP"
        aerodrome = _at(telegram.stated) or (telegram.departure if is_dep else telegram.destination) or "ZZZZ"
        return movement_2025(
            is_dep, telegram.sid, yymmdd(telegram.day), hhmm(telegram.minute), aerodrome, _at(telegram.precise), marks
        )
    times = (telegram.minute, telegram.duration) if telegram.kind == "DEP" else (telegram.off, telegram.minute)
    field18 = items(
        (
            *(("REG", marks), ("DOF", yymmdd(telegram.day)), ("RMK", remark)),
            *(("DEP", _at(telegram.dep)), ("DEST", _at(telegram.dest)), ("SID", telegram.sid)),
        )
    )
    field13, field16 = f"ZZZZ{hhmm(times[0])}", f"ZZZZ{hhmm(times[1])}"
    return short(telegram.kind, telegram.callsign or "", field13, field16, field18)


def _render_plan(telegram: Any, remark: str) -> str:
    count = telegram.uav_count if telegram.uav_count and telegram.uav_count > 1 else ""
    field18 = items(
        (
            *(
                ("DEP", _at(telegram.dep)),
                ("DEST", _at(telegram.dest)),
                ("DLE", telegram.stay and f"{_at(telegram.stay)}0100"),
            ),
            *(
                ("DOF", yymmdd(telegram.day)),
                ("OPR", OPERATORS.get(telegram.operator)),
                ("REG", " ".join(telegram.regs)),
            ),
            *(("STS", telegram.status), ("TYP", telegram.uav_type and f"{count}{telegram.uav_type}")),
            *(("RMK", remark), ("SID", telegram.sid)),
        )
    )
    field13 = f"{telegram.departure or 'ZZZZ'}{hhmm(telegram.minute)}"
    field15 = " ".join(part for part in (_level(telegram.level), _zone(telegram.zone)) if part)
    field16 = f"{telegram.destination}{hhmm(telegram.duration)}" if telegram.destination else ""
    return plan(telegram.kind, telegram.callsign or "", field13, field15, field16, field18)


def _at(place: Any) -> str | None:
    return shortest(place.lat, place.lon) if place else None


def _level(level: tuple[int, int] | None) -> str:
    low, high = (f"M{metres // 10:04}" for metres in level) if level else ("", "")
    return low if low == high else f"{low}/{high}"


def _zone(zone: Any) -> str:
    if zone is None:
        return ""
    if hasattr(zone, "names"):
        return f"/ZONA {' '.join(zone.names)}/"
    if hasattr(zone, "radius_km"):
        return f"/ZONA R{f'{zone.radius_km:g}'.replace('.', ',')} {shortest(zone.lat, zone.lon)}/"
    written = [shortest(*vertex) for vertex in zone.points]
    return f"/ZONA {' '.join(written)}/" if type(zone).__name__ == "Polygon" else " DCT ".join(written)


def framed(text: str, frame: str) -> str:
    """Let a telegram stand in its cell as real ones do."""
    frames = {
        "one_line": text.replace("\n", " "),
        "indented": text.replace("\n", "\n "),
        "no_bracket": text.removeprefix("(").removesuffix(")"),
        "trailing_break": text + "\n",
    }
    return frames.get(frame, text)


def enveloped(text: str, number: int, day: str, clock: str) -> str:
    """Put a telegram into its AFTN envelope; ``day`` is YYMMDD."""
    head = f"ЗЦЗЦ ПАД{number:03} {clock}\nФФ {_ADDRESSES[number % 3]}\n{day[4:]}{clock} УЛЛЛЗДЗИ\n"
    return f"{head}{text}\n\n\nНННН"


def escaped(text: str) -> str:
    """Write line breaks the way the Magadan sheet has them."""
    return text.replace("\n", "_x000D_\n")
