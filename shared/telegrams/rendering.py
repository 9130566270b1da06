"""Telegrams written as the rules have them: the inverse of reading, for makers of samples and for tests.

``parse(render(telegram))`` gives the telegram again where the value can be written: points on whole seconds, levels on
tens of metres, names in capitals, a plan with a number if it has a remark.
"""

from shared.telegrams.model import Circle, Kind, Movement, Named, Place, Plan, Polygon, Telegram, Zone

_LINE = 69
"""Characters of an AFTN line."""


def render(telegram: Telegram, remark: str = "") -> str:
    """Write a telegram: plans and movements of 2024 in brackets, dated movements in keys and values."""
    if isinstance(telegram, Plan):
        return _plan(telegram, remark)
    return _keyed(telegram) if telegram.dated else _bracketed(telegram, remark)


def coordinate(lat: float, lon: float) -> str:
    """Write a point to the second, without the seconds if both are zero."""
    north, east = _sexagesimal(lat, 2), _sexagesimal(lon, 3)
    if north.endswith("00") and east.endswith("00"):
        north, east = north[:-2], east[:-2]
    return f"{north}{'N' if lat >= 0 else 'S'}{east}{'E' if lon >= 0 else 'W'}"


def _sexagesimal(angle: float, width: int) -> str:
    seconds = round(abs(angle) * 3600)
    return f"{seconds // 3600:0{width}}{seconds // 60 % 60:02}{seconds % 60:02}"


def _clock(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02}{minute % 60:02}"


def _plan(plan: Plan, remark: str) -> str:
    lines = [f"({plan.kind}-{plan.callsign or ''}", f"-{plan.departure or 'ZZZZ'}{_clock(plan.minute)}"]
    field15 = " ".join(part for part in (_level(plan.level), _zone(plan.zone)) if part)
    lines += [f"-{field15}"] if field15 else []
    lines += [f"-{plan.destination}{_clock(plan.duration)}"] if plan.destination else []
    items = [
        _item("DEP", _at(plan.dep)),
        _item("DEST", _at(plan.dest)),
        _item("DLE", f"{_at(plan.stay)}0100" if plan.stay else ""),
        _item("DOF", f"{plan.day:%y%m%d}" if plan.day else ""),
        _item("OPR", plan.operator or ""),
        _item("REG", " ".join(plan.regs)),
        _item("STS", plan.status or ""),
        _item("TYP", _type(plan)),
        _item("RMK", remark),
        _item("SID", plan.sid or ""),
    ]
    lines += _wrapped("-" + " ".join(item for item in items if item))
    return "\n".join(lines) + ")"


def _keyed(movement: Movement) -> str:
    title, day, time, place = (
        ("IDEP", "ADD", "ATD", "ADEP") if movement.kind is Kind.DEP else ("IARR", "ADA", "ATA", "ADARR")
    )
    lines = [
        f"-TITLE {title}",
        f"-SID {movement.sid}" if movement.sid else "",
        f"-{day} {movement.day:%y%m%d}" if movement.day else "",
        f"-{time} {_clock(movement.minute)}" if movement.minute is not None else "",
        f"-{place} {_at(movement.stated) or 'ZZZZ'}",
        f"-{place}Z {_at(movement.precise)}" if movement.precise else "",
        "-PAP 0",
        f"-REG {' '.join(movement.regs)}" if movement.regs else "",
    ]
    return "\n".join(line for line in lines if line)


def _bracketed(movement: Movement, remark: str) -> str:
    if movement.kind is Kind.DEP:
        times = f"-ZZZZ{_clock(movement.minute)}-ZZZZ{_clock(movement.duration)}"
    else:
        times = f"-ZZZZ{_clock(movement.off)}-ZZZZ{_clock(movement.minute)}"
    items = [
        _item("REG", " ".join(movement.regs)),
        _item("DOF", f"{movement.day:%y%m%d}" if movement.day else ""),
        _item("RMK", remark),
        _item("DEP", _at(movement.dep)),
        _item("DEST", _at(movement.dest)),
        _item("SID", movement.sid or ""),
    ]
    text = " ".join(item for item in items if item)
    return f"({movement.kind}-{movement.callsign or ''}{times}\n-{text})"


def _item(key: str, value: str) -> str:
    return f"{key}/{value}" if value else ""


def _at(place: Place | None) -> str:
    return coordinate(place.lat, place.lon) if place else ""


def _type(plan: Plan) -> str:
    if plan.uav_type is None:
        return ""
    return f"{plan.uav_count}{plan.uav_type}" if plan.uav_count and plan.uav_count > 1 else plan.uav_type


def _level(level: tuple[int, int] | None) -> str:
    if level is None:
        return ""
    low, high = (f"M{metres // 10:04}" for metres in level)
    return low if low == high else f"{low}/{high}"


def _zone(zone: Zone | None) -> str:
    if zone is None:
        return ""
    if isinstance(zone, Named):
        return f"/ZONA {' '.join(zone.names)}/"
    if isinstance(zone, Circle):
        return f"/ZONA R{f'{zone.radius_km:g}'.replace('.', ',')} {coordinate(zone.lat, zone.lon)}/"
    points = " ".join(coordinate(*point) for point in zone.points)
    return f"/ZONA {points}/" if isinstance(zone, Polygon) else points.replace(" ", " DCT ")


def _wrapped(text: str) -> list[str]:
    """Break a text into lines at blanks."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return lines
