"""Writes a flight down: SHR, DEP and ARR of both generations, with what surrounds telegrams in their cells."""

from typing import Final

from fly_potato.sample.arcs import minutes, to_minutes, written
from fly_potato.sample.intent import Intent
from fly_potato.sample.people import telegraph

_LINE: Final = 69
_AFTN: Final = "ЗЦЗЦ ПАД{number:03} {clock}\nФФ {address}\n{day}{clock} {sender}\n"
_ADDRESSES: Final = ("УНКУЗДЗЬ", "УИИИЗДЗЬ", "УССТЗДЗЬ")


def plan_point(intent: Intent) -> str | None:
    """Write the point of the plan's DEP/, None where the plan has none."""
    return minutes(to_minutes(intent.dep_arc)) if intent.plan_place == "given" else None


def shr(intent: Intent) -> str:
    """Write the plan."""
    place = intent.aerodrome or "ZZZZ"
    head = [f"(SHR-{intent.callsign}", f"-{place}{intent.plan_written}"]
    field15 = " ".join(part for part in (intent.written_level, intent.zone.written if intent.zone else "") if part)
    if field15:
        head.append(_wrapped(f"-{field15}"))
    if intent.eet is not None:
        head.append(f"-{place}{_hhmm(intent.eet)}")
    text = "\n".join([*head, _wrapped("-" + " ".join(_plan_items(intent)))]) + ")"
    if intent.delayed_to:
        text += f"\n\n(DLA-{intent.callsign}-{place}{intent.delayed_to}-{place}-DOF/{intent.plan_day} SID/{intent.sid})"
    return text


def _plan_items(intent: Intent) -> list[str]:
    point = plan_point(intent)
    items = [f"DEP/{point}", f"DEST/{minutes(to_minutes(intent.arr_arc))}"] if point else []
    if intent.plan_place == "balloon":
        here = minutes(to_minutes(intent.dep_arc))
        items = [f"DEP/{here}", f"DLE/{here}0700"]
    if intent.plan_day:
        items.append(f"DOF/{intent.plan_day}")
    if intent.plan_place != "balloon":
        items.append(f"EET/{intent.fir}")
    items.append(f"OPR/{telegraph(intent.operator)}")
    if intent.written_regs:
        items.append(f"REG/{intent.written_regs}")
    if intent.status:
        items.append(f"STS/{intent.status}")
    if intent.written_type:
        items.append(f"TYP/{intent.written_type}")
    items.append(f"RMK/{telegraph(intent.remark)}")
    if intent.sid:
        items.append(f"SID/{intent.sid}")
    return items


def cnl(intent: Intent) -> str:
    """Write the cancellation."""
    return f"(CNL-{intent.callsign}-ZZZZ{intent.plan_written}-ZZZZ-DOF/{intent.plan_day} RMK/ОТМЕНА SID/{intent.sid})"


def idep(intent: Intent) -> str:
    """Write the departure of 2025."""
    lines = ["-TITLE IDEP", f"-SID {intent.sid}", f"-ADD {intent.dep_day}", f"-ATD {intent.dep_written}"]
    lines += _places(intent, "ADEP", intent.dep_arc)
    return "\n".join([*lines, "-PAP 0", *_marks_line(intent)])


def iarr(intent: Intent) -> str:
    """Write the landing of 2025."""
    lines = ["-TITLE IARR", f"-SID {intent.sid}", f"-ADA {intent.arr_day}", f"-ATA {intent.arr_written}"]
    lines += _places(intent, "ADARR", intent.arr_arc)
    return "\n".join([*lines, "-PAP 0", *_marks_line(intent)])


def _places(intent: Intent, key: str, arc: tuple[int, int]) -> list[str]:
    if intent.aerodrome:
        return [f"-{key} {intent.aerodrome}"]
    if intent.point == "missing" or intent.plan_place in ("zone_circle", "zone_named"):
        return []
    point = written(arc, intent.point, telegraph(intent.place_name))
    if intent.point == "in_adep":
        return [f"-{key} {point}"]
    return [f"-{key} ZZZZ", f"-{key}Z {point}"]


def _marks_line(intent: Intent) -> list[str]:
    return [f"-REG {' '.join(intent.regs)}"] if intent.regs and intent.marks_in_dep else []


def dep(intent: Intent) -> str:
    """Write the departure of 2024, in one of its two forms."""
    point, landing = minutes(to_minutes(intent.dep_arc)), minutes(to_minutes(intent.arr_arc))
    if intent.eet is not None and intent.dep_states_eet:
        marks = f"REG/{' '.join(intent.regs)} " if intent.regs else ""
        return (
            f"(DEP-{intent.callsign}-ZZZZ{intent.dep_written}-ZZZZ{_hhmm(intent.eet)}\n"
            f"-DEP/{point} DEST/{landing} DOF/{intent.plan_day}\n{marks}RMK/{_zone_remark(intent)})"
        )
    return f"(DEP-{intent.callsign}-ZZZZ{intent.dep_written}-ZZZZ\n-{_after_remark(intent, point, landing)})"


def arr(intent: Intent) -> str:
    """Write the landing of 2024: take-off and landing, hhmm each."""
    point, landing = minutes(to_minutes(intent.dep_arc)), minutes(to_minutes(intent.arr_arc))
    head = f"(ARR-{intent.callsign}-ZZZZ{intent.dep_written}-ZZZZ{intent.arr_written}"
    return f"{head}\n-{_after_remark(intent, point, landing)})"


def _after_remark(intent: Intent, point: str, landing: str) -> str:
    items = [f"REG/{' '.join(intent.regs)}"] if intent.regs else []
    items += [f"DOF/{intent.plan_day}", f"RMK/{_zone_remark(intent)}", f"DEP/{point}", f"DEST/{landing}"]
    return _wrapped(" ".join(items))


def _zone_remark(intent: Intent) -> str:
    return intent.zone.remark if intent.zone and intent.zone.remark else "СОГЛАСОВАНО"


def framed(text: str, frame: str) -> str:
    """Let a telegram stand in its cell as real ones do."""
    match frame:
        case "one_line":
            return text.replace("\n", " ")
        case "indented":
            return text.replace("\n", "\n ")
        case "no_bracket":
            return text.removeprefix("(").removesuffix(")")
        case "trailing_break":
            return text + "\n"
    return text


def enveloped(text: str, intent: Intent) -> str:
    """Put a telegram into its AFTN envelope."""
    number = int(intent.sid or "777") % 1_000
    head = _AFTN.format(
        number=number,
        clock=intent.plan_written,
        address=_ADDRESSES[number % 3],
        day=intent.plan_day[4:],
        sender="УЛЛЛЗДЗИ",
    )
    return f"{head}{text}\n\n\nНННН"


def escaped(text: str) -> str:
    """Write line breaks the way the Magadan sheet has them."""
    return text.replace("\n", "_x000D_\n")


def _hhmm(length: int) -> str:
    return f"{length // 60:02}{length % 60:02}"


def _wrapped(text: str) -> str:
    """Break lines at blanks after at most 69 characters, as AFTN does."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and len(line) + 1 + len(word) > _LINE:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return "\n".join(lines)
