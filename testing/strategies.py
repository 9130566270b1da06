"""Values of telegrams for Hypothesis, as they should be, and the ways in which people write them wrongly."""

from collections.abc import Callable
from datetime import date

from hypothesis import strategies as st

from shared.telegrams import Circle, Kind, Movement, Named, Plan, Point, Polygon, Route
from shared.telegrams.model import OperatorKind

TWINS = str.maketrans("ABEKMHOPCTYX", "АВЕКМНОРСТУХ")
LETTERS = "ABCDEFGHIJKLMNPQRSTUVWXYZ"


def degrees(d: int, m: int, s: int) -> float:
    """The independent formula."""
    return round(d + m / 60 + s / 3600, 6)


@st.composite
def places(draw: st.DrawFn, source: str = "") -> Point:
    """A point on a whole minute or a whole second, anywhere on the globe, read from a field."""
    seconds = st.integers(0, 59) if draw(st.booleans()) else st.just(0)
    lat = degrees(draw(st.integers(0, 89)), draw(st.integers(0, 59)), draw(seconds))
    lon = degrees(draw(st.integers(0, 179)), draw(st.integers(0, 59)), draw(seconds))
    return Point(lat * draw(st.sampled_from([1, -1])) + 0.0, lon * draw(st.sampled_from([1, -1])) + 0.0, source)


pairs = places().map(lambda place: (place.lat, place.lon))
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
minutes = st.integers(0, 1439)
numbers = st.integers(0, 9_999_999_999).map(lambda number: f"{number:010}")
marks = st.builds(
    lambda digits, letter, at: f"{digits:06}"[:at] + letter + f"{digits:06}"[at:],
    st.integers(0, 999_999),
    st.sampled_from(LETTERS),
    st.integers(0, 6),
)
mark_lists = st.lists(marks, max_size=4, unique=True).map(tuple)
zone_names = st.builds(
    lambda family, number: f"{family}{number}", st.sampled_from(["MR0", "WR", "USP", "KO"]), st.integers(1, 99_999)
)
zones = st.one_of(
    st.none(),
    st.lists(zone_names, min_size=1, max_size=2, unique=True).map(lambda names: Named(tuple(names))),
    st.builds(
        lambda tenths, pair: Circle(tenths / 10, *pair), st.integers(1, 999).filter(lambda tenths: tenths > 0), pairs
    ),
    st.lists(pairs, min_size=3, max_size=12).map(lambda points: Polygon(tuple(points))),
    st.lists(pairs, min_size=1, max_size=4).map(lambda points: Route(tuple(points))),
)
levels = st.one_of(
    st.none(),
    st.tuples(st.integers(0, 999), st.integers(0, 999)).map(lambda band: (min(band) * 10, max(band) * 10)),
)
callsigns = st.one_of(st.just("ZZZZZ"), marks, st.integers(10_000, 99_999).map(str), st.just("RF-37204"))
_REMARKS = (
    *("ПОЛЕТ", "СЪЕМКА", "346/7/3494", "WZL/POS", "20-50M/MSL", "SHR", "DEP/5000N05000E", "SID/777", "-ZZZZ0900"),
    *("МР0512", "+70000000000", "4АС", "TYP/5AER"),
)
words = st.lists(st.sampled_from(_REMARKS), max_size=14).map(" ".join)
operators = st.sampled_from([None, OperatorKind.ORGANISATION, OperatorKind.STATE, OperatorKind.PERSON])
crafts = st.one_of(st.just((None, None)), st.tuples(st.sampled_from(["BLA", "AER", "SHAR"]), st.integers(1, 99)))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A SHR as it should be."""
    uav_type, count = draw(crafts)
    destination = draw(st.sampled_from([None, "ZZZZ", "ULSF"]))
    return Plan(
        kind=Kind.SHR,
        callsign=draw(callsigns),
        sid=draw(numbers),
        day=draw(st.one_of(st.none(), days)),
        minute=draw(minutes),
        duration=draw(minutes) if destination else None,
        departure=draw(st.sampled_from(["ZZZZ", "ULSF"])),
        destination=destination,
        level=draw(levels),
        zone=draw(zones),
        dep=draw(st.one_of(st.none(), places("SHR DEP/"))),
        dest=draw(st.one_of(st.none(), places("SHR DEST/"))),
        stay=draw(st.one_of(st.none(), places("SHR DLE/"))),
        uav_type=uav_type,
        uav_count=count,
        regs=draw(mark_lists),
        operator=draw(operators),
        status=draw(st.sampled_from([None, "SAR", "STATE"])),
    )


@st.composite
def keyed(draw: st.DrawFn) -> Movement:
    """An IDEP or IARR as it should be."""
    kind, place = draw(st.sampled_from([(Kind.DEP, "DEP ADEP"), (Kind.ARR, "ARR ADARR")]))
    return Movement(
        kind=kind,
        sid=draw(numbers),
        day=draw(days),
        minute=draw(minutes),
        precise=draw(st.one_of(st.none(), places(f"{place}Z"))),
        stated=draw(st.one_of(st.none(), st.none(), places(place))),
        regs=draw(mark_lists),
    )


@st.composite
def bracketed(draw: st.DrawFn) -> Movement:
    """A DEP or ARR of 2024 as it should be."""
    kind = draw(st.sampled_from([Kind.DEP, Kind.ARR]))
    return Movement(
        kind=kind,
        callsign=draw(callsigns.filter(lambda text: "-" not in text)),
        sid=draw(st.one_of(st.none(), numbers)),
        day=draw(days),
        minute=draw(minutes),
        off=draw(minutes) if kind is Kind.ARR else None,
        duration=draw(st.one_of(st.none(), minutes)) if kind is Kind.DEP else None,
        dep=draw(st.one_of(st.none(), places(f"{kind} DEP/"))),
        dest=draw(st.one_of(st.none(), places(f"{kind} DEST/"))),
        regs=draw(mark_lists),
        dated=False,
    )


telegrams = st.one_of(plans(), keyed(), bracketed())

NOISES: dict[str, Callable[[str], str]] = {
    "no-break blanks": lambda text: text.replace(" ", "\u00a0"),
    "double blanks": lambda text: text.replace(" ", "  "),
    "tabs": lambda text: text.replace(" ", "\t"),
    "one line": lambda text: text.replace("\n", " "),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "escapes": lambda text: text.replace("\n", "_x000D_\n"),
    "blank lines": lambda text: text.replace("\n", "\n \n"),
    "indentation": lambda text: text.replace("\n", "\n   "),
    "small letters": str.lower,
    "heading": lambda text: f"ЗЦЗЦ ПАД000 0754\nФФ УЩЩЩЗДЗЬ\n290754 УЩЩЩЗДЗИ\n{text}\n\nНННН",
    "no closing bracket": lambda text: text.removesuffix(")"),
    "broken at blanks": lambda text: text.replace(" ", "\n"),
    "zero-width": lambda text: "\u200b" + text + "\ufeff",
}
noises = st.lists(st.sampled_from(sorted(NOISES)), max_size=3)

FRAGMENTS = (
    *(
        "(SHR-",
        "(DEP-",
        "(ARR-",
        "(CNL-",
        "(CHG-",
        "-TITLE IDEP",
        "-TITLE IARR",
        "ZZZZZ",
        "-ZZZZ",
        "0700",
        "2400",
        "\n",
    ),
    *(" ", "/ZONA ", "R0,5 ", "MR0512/", "-M0000/M0005", "K0300M3000", "5512N06124E", "551230N0612430E", "5512С06124В"),
    *("DEP/", "DEST/", "DOF/250410", "OPR/", "REG/", "TYP/", "2BLA", "RMK/", "SID/7770000001", ")", "-ADD ", "-ATD "),
    *("-ADEPZ ", "-REG ", "012A345", ",", ".", "-", "/", "НННН", "ЗЦЗЦ", "_x000D_", "\r", "\u00a0", "О", "З"),
    *("-13/ZZZZ0800", "-18/", "(DLA-", "-TITLE ICNL", "(PLN-", "°", "ё", "\u200b", "NNNN"),
)
"""Pieces of telegrams."""
scraps = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=4)), max_size=30).map("".join)
