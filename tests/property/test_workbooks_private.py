"""No name and no phone gets into a mend workbook, wherever in a row it stands; what is needed to mend stays."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.telegrams.redaction import redact
from shared.workbooks.kept_text import redact_field
from shared.workbooks.layouts import TELEGRAM_FIELDS, LayoutKind

CYRILLIC = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЬЫЭЮЯ"
SURNAMES = st.builds(
    lambda stem, end: stem + end,
    st.text(CYRILLIC, min_size=3, max_size=9),
    st.sampled_from(("ОВ", "ЕВ", "ИН", "СКИЙ", "ОВА", "ЕНКО", "ЧУК", "4УК", "ЯН", "ИДЗЕ")),
)
LATIN = st.builds(
    lambda stem, end: stem + end,
    st.text("ABDEGIJKLMNOPRSTUWVYZ", min_size=3, max_size=9),
    st.sampled_from(("OW", "EW", "IN", "SKIJ", "OWA", "ENKO", "4UK")),
)
NAMES = SURNAMES | LATIN
PHONES = st.sampled_from(
    ("+70000000000", "80000000000", "8-000-000-0000", "8(000)0000000", "8 (000) 000-00-00", "+7 000 000 00 00")
) | st.integers(0, 99).map(lambda tail: f"+7 900 000-00-{tail:02}")
GLUE = st.sampled_from((" ", "", "\n", ", ", ". ", "/"))
PEOPLE = st.builds(
    lambda name, glue, phone, tail: f"{name}{glue}{phone}{tail}", NAMES, GLUE, PHONES, st.sampled_from(("", ".", " "))
)
FIELDS = ("DEP/5530N03710E", "DEST/5531N03711E", "DOF/250301", "EET/ULLL0001", "REG/0A12345", "STS/SAR", "TYP/2BLA")
NEEDED = (
    "5530N03710E",
    "5531N03711E",
    "250301",
    "0A12345",
    "2BLA",
    "7779000001",
    "-ZZZZ0600",
    "M0005/M0030",
    "MR012345",
)
DIGITS = re.compile(r"\D+")


def leaked(name: str, phone_digits: int, shown: str) -> bool:
    """Tell whether a name, or the digits of a phone, can be found in a text."""
    if name.upper() in shown.upper():
        return True
    runs = (DIGITS.sub("", run) for run in re.findall(r"[+0-9()\-. ]{7,}", shown))
    return any(len(run) >= phone_digits and "000000" in run for run in runs)


@st.composite
def telegrams(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Write a plan with people in every place where one can stand, and name them."""
    people = [draw(PEOPLE) for _ in range(6)]
    names = [re.split(r"[ \n,./+8]", person)[0] for person in people]
    fields = list(FIELDS)
    fields.insert(draw(st.integers(0, len(fields))), f"OPR/{people[0]}")
    fields.insert(draw(st.integers(0, len(fields))), f"ORGN/{people[1]}")
    stray = draw(st.integers(0, len(fields) - 1))
    fields[stray] += f" {people[2]}"
    text = (
        f"{people[3]}\n(SHR-ZZZZZ\n-ZZZZ0600\n-M0005/M0030 /ZONA MR012345/\n-ZZZZ0200\n-{' '.join(fields)} "
        f"RMK/{people[4]} SID/7779000001)\n{people[5]}"
    )
    return text, [name for name in names if len(name) > 3]


@settings(max_examples=400, deadline=None)
@given(telegrams())
def test_nobody_gets_through_and_what_is_needed_stays(made: tuple[str, list[str]]) -> None:
    text, names = made
    shown = redact(text)
    assert not [name for name in names if leaked(name, 10, shown)], shown
    assert not [needed for needed in NEEDED if needed not in shown], shown


@settings(max_examples=200, deadline=None)
@given(person=PEOPLE, key=st.sampled_from(("SID", "ADD", "ATD", "ADEP", "ADEPZ", "PAP", "REG")))
def test_nobody_gets_through_in_the_key_value_form(person: str, key: str) -> None:
    values = {"SID": "7779000001", "ADD": "250301", "ATD": "0610", "ADEP": "ZZZZ", "ADEPZ": "5530N03710E", "PAP": "0"}
    lines = [
        f"-{name} {value} {person if name == key else ''}" for name, value in (values | {"REG": "0A12345"}).items()
    ]
    shown = redact("\n".join(["-TITLE IDEP", *lines]))
    name = re.split(r"[ \n,./+8]", person)[0]
    assert not leaked(name, 10, shown), shown
    assert all(value in shown for value in values.values()), shown


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(min_codepoint=1, max_codepoint=0x4FF), max_size=60), person=PEOPLE)
def test_any_text_is_withheld_unless_it_is_a_telegram(text: str, person: str) -> None:
    shown = redact(f"{text} {person}")
    assert not leaked(re.split(r"[ \n,./+8]", person)[0], 10, shown), shown


@settings(max_examples=300, deadline=None)
@given(
    person=PEOPLE,
    field=st.sampled_from(
        [
            None,
            *TELEGRAM_FIELDS,
            *[
                "date",
                "callsign",
                "reg",
                "uav_type",
                "dep_time",
                "dep_place",
                "dep_name",
                "route",
                "remarks",
                "owner",
                "eet",
            ],
        ]
    ),
    kind=st.sampled_from(LayoutKind),
)
def test_nobody_gets_through_in_any_column(person: str, field: str | None, kind: LayoutKind) -> None:
    shown = redact_field(field, f"5530N03710E {person} 01.02.2024 09:30 0A12345", kind)
    assert not leaked(re.split(r"[ \n,./+8]", person)[0], 10, shown), shown
