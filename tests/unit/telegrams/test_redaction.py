"""What stays of each field of a telegram, and what is left out; made-up words are known by their shape."""

import re

import pytest

from shared.telegrams.redaction import MARK, TYPE, WITHHELD, kept_words, redact

FIELDS = {
    "7": "ZZZZZ",
    "13": "ZZZZ",
    "13t": "0700",
    "15": "M0010/M0025 /ZONA MR05512/",
    "16": "ZZZZ",
    "16t": "0430",
    "DEP": "5512N06124E",
    "DEST": "5513N06125E",
    "DOF": "250410",
    "EET": "USSS0001",
    "OPR": "ООО …",
    "REG": "012A345",
    "STS": "SAR",
    "TYP": "BLA",
    "RMK": "…",
    "SID": "7770000001",
}
PLAN = (
    "(SHR-{7}\n-{13}{13t}\n-{15}\n-{16}{16t}\n-DEP/{DEP} DEST/{DEST} DOF/{DOF} EET/{EET} "
    "OPR/{OPR} REG/{REG} STS/{STS} TYP/{TYP} RMK/{RMK} SID/{SID})"
)
KEYED = "-TITLE {TITLE}\n-SID {SID}\n-ADD 250410\n-ATD {ATD}\n-ADEP {ADEP}\n-ADEPZ {ADEPZ}\n-PAP {PAP}\n-REG 012A345"
TAKE_OFF = {
    "TITLE": "IDEP",
    "SID": "7770000001",
    "ATD": "0712",
    "ADEP": "ZZZZ",
    "ADEPZ": "551230N0612430E",
    "PAP": "0",
}
KEPT_NAMES = (
    "NIL",
    "НЕТ",
    "HET",
    "ТАМ",
    "ЖЕ",
    "ТО",
    "ТА",
    "ПО",
    "ПЛАНУ",
    "СОГЛАСНО",
    "ПЛАН",
    "БЕЗ",
    "ИЗМЕНЕНИЙ",
    "МЕСТО",
    "ВЫЛЕТА",
    "ТАМЖЕ",
    "AD",
    "АЭР",
)
PHONE = "+70000000000"


def plan(**values: str) -> str:
    """Write a plan that names nobody, with other values of some fields."""
    text = PLAN
    for name, value in (FIELDS | values).items():
        text = text.replace(f"{{{name}}}", value)
    return text


def take_off(**values: str) -> str:
    """Write a take-off of 2025."""
    fields = {
        "TITLE": "IDEP",
        "SID": "7770000001",
        "ATD": "0712",
        "ADEP": "ZZZZ",
        "ADEPZ": "551230N0612430E",
        "PAP": "0",
    }
    return KEYED.format(**(fields | values))


def plain(text: str) -> str:
    """Write every made-up word as ``#``."""
    return re.sub("ЪЪ[A-Z]{3}", "#", text)


KEPT = {
    "7": ["ZZZZZ", "0A12345", "00725"],
    "13": ["UWWW", "ZZZZ"],
    "13t": ["0700", "2400", "0700 MSK", "0700 МСК", "0700 UTC", "0700Z", "07:00"],
    "15": [
        "M0010/M0025",
        "M0010/M0025 /ZONA WR655 MR05512/",
        "M0010/M0025 /ZONA R0,5 5512N06124E/",
        "M0010/M0025 /ZONA RADIUS 0,5 KM 5512N06124E/",
        "M0010/M0025 /ZONA 1234/",
        "K0060M0010 5512N06124E DCT 5513N06124E",
        "VFR",
        "M0010/M0025 /ZONA 5512N06124E 5513N06124E 5513N06125E/",
        "M0010/M0025 /ZONA ВЫДУМКА/",
    ],
    "DEP": [
        "5512N06124E",
        "551230N061243E",
        "ZZZZ",
        "UWWW",
        "XABC",
        *KEPT_NAMES,
        "ЪЪABC",
        "А 5512N06124E",
        "5512N06124E, 5513N06124E",
    ],
    "DOF": ["250410", "25 04 10"],
    "EET": ["USSS0001", "USSS0001 UUWV02", "ЦЦЦЦ0001"],
    "REG": [
        "012A345",
        "012A345, 00Q2171",
        "012A345,00Q2171",
        "012A345;00Q2171",
        "012A345 И 00Q2171",
        "012A345 N 00Q2171",
        "№ 012A345",
        "ZZZZ",
        "RF",
        "RA.",
        "RF-37204",
        "REG012A345",
        "012A345 REGA12",
        "012A345, ABC123",
        "ZZZZZ",
        "REG-00724",
        "(012A345)",
        "012А345",
        "012A345 123456",
        "00724 00725 0072",
        "012A345 AB12",
        "012A345 ABC123",
        "012A\n345",
    ],
    "STS": ["SAR", "SAR HUM", "MEDEVAC", "STATE", "FFR", "HOSP", "HEAD", "FLTCK", "HAZMAT", "ALTRV"],
    "TYP": ["BLA", "2BLA", "2 BLA", "BLA 2", "БЛА", "BLA, AER", "2XBLA", "3AER", "DJI", "0BLA"],
    "SID": ["7770000001", "777 000 0001", "77700O0001", "№7770000001", "VSTK0160"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in KEPT.items() for value in values])
def test_a_value_stays(name: str, value: str) -> None:
    text = plan(**{name: value})
    assert redact(text) == text


LEFT_OUT = [
    ("7", "ABCDEFG", "…"),
    ("7", "ВЫДУМКИН", "…"),
    ("13t", "0700 ВЫДУМКИН", "0700 …"),
    ("15", "ВЫДУМКИН", "…"),
    ("15", f"M0010/M0025 {PHONE}", "M0010/M0025 …"),
    ("15", "M0010/M0025 /ZONA MR05512/ ВЫДУМКИН", "M0010/M0025 /ZONA MR05512/ …"),
    ("15", "M0010/M0025 /ZONA MR05512/ 700000", "M0010/M0025 /ZONA MR05512/ …"),
    ("15", "M0010/M0025 /ZONA MR05512/ 70000", "M0010/M0025 /ZONA MR05512/ …"),
    ("15", "M0010/M0025 /ZONA MR05512/ 7000", "M0010/M0025 /ZONA MR05512/ 7000"),
    ("15", "M0010/M0025 /ZONA MR05512/ 7000#", "M0010/M0025 /ZONA MR05512/ …"),
    ("DEP", "ЕЛОВКА", "#"),
    ("DEP", "ЕЛОВКА 5512N06124E", "# 5512N06124E"),
    ("DEP", "5512N06124E ЕЛОВКА 5", "5512N06124E # …"),
    ("DEP", "ЕЛОВКА, 12-Б 5512N06124E .", "#, …Б 5512N06124E ."),
    ("DEP", "UWWWX", "#"),
    ("DEP", "ЯЪЪABC", "#"),
    ("DEP", "ЪЪABCD", "#"),
    ("EET", "USSS0001 ВЫДУМКИН", "USSS0001 …"),
    ("EET", "ВЫДУМКИН USSS00001 USS0001 USSS1", "… … … …"),
    ("OPR", "ООО ВЫДУМКА", "ООО …"),
    ("OPR", "ИП ВЫДУМКИН П П", "ИП …"),
    ("OPR", "МВД ПО РЕСПУБЛИКЕ", "ГУ …"),
    ("OPR", f"ВЫДУМКИН ПЕТР ПЕТРОВИ4 {PHONE}", "ФИО"),
    ("OPR", "ГЕОВЫДУМКА", "…"),
    ("REG", "ВЫДУМКИН", "…"),
    ("REG", "ИВАНОВИ4", "…"),
    ("REG", "MAVIC3", "…"),
    ("REG", "012A345 ВЫДУМКИН", "012A345 …"),
    ("REG", "012A345 ВЫДУМКИН ПЕТР", "012A345 … …"),
    ("REG", "012A345,ВЫДУМКИН", "012A345 …"),
    ("REG", "012A345 ABC12", "012A345 …"),
    ("REG", "012A345 1234567 00Q2171", "012A345 … 00Q2171"),
    ("REG", "012A345 ABC12 00Q2171", "012A345 … 00Q2171"),
    ("REG", "RA#", "RA …"),
    ("REG", "012A345 0 0 0 0 0 0 0 0 0 0", "012A345 …"),
    ("REG", "012A345 ,", "012A345 …"),
    ("STS", "SAR ВЫДУМКИН", "SAR …"),
    ("STS", "SARX", "…"),
    ("TYP", "ВЫДУМКИН", "…"),
    ("TYP", "BLA ВЫДУМКИН 2", "BLA …"),
    ("TYP", "DJI MAVIC", "DJI …"),
    ("TYP", "BL A", "1BLA"),
    ("TYP", "1BLA/2AER", "1BLA"),
    ("TYP", f"BLA {PHONE}", "BLA …"),
    ("RMK", f"СЪЕМКА ВЫДУМКИН {PHONE}", "…"),
    ("SID", "7770000001 ВЫДУМКИН", "7770000001"),
]


@pytest.mark.parametrize(("name", "value", "left"), LEFT_OUT)
def test_what_names_people_is_left_out(name: str, value: str, left: str) -> None:
    redacted = redact(plan(**{name: value}))
    assert plain(redacted) == plan(**{name: left})
    assert redact(redacted) == redacted


def test_a_word_has_one_made_up_word() -> None:
    text = redact(plan(DEP="ЕЛОВКА 5512N06124E", DEST="ПОЛЕ ЕЛОВКА"))
    first, _, field, again = re.findall(r"ЪЪ[A-Z]{3}|/DEST", text.replace(" DEST", " /DEST"))
    assert field != first
    assert again == first
    assert redact(plan(DEP="EЛOBКA")) == redact(plan(DEP="ЕЛОВКА"))
    # known ones: the same word is the same in every workbook
    assert re.findall("ЪЪ[A-Z]{3}", text) == ["ЪЪMTJ", "ЪЪBJK", "ЪЪMTJ"]


@pytest.mark.parametrize(
    ("field", "value", "left"),
    [
        ("TITLE", "IDEP", "IDEP"),
        ("ADEP", "UWWW", "UWWW"),
        ("ADEP", "ЕЛОВКА", "#"),
        ("ADEPZ", "ЕЛОВКА 551230N0612430E", "# 551230N0612430E"),
        ("SID", "77700", "77700"),
        ("SID", "ВЫДУМКИН", "…"),
        ("SID", "ВЫДУМКИН 77700 70000000000", "… 77700 …"),
        ("SID", "№#N: 7 7 7 0 0 0 0 0 0 1", "№#N: 7 7 7 0 0 0 0 0 0 1"),
        ("SID", "№#NN: 7 7 7 0 0 0 0 0 0 1", "7770000001"),
        ("ATD", "2506140700 0000", "2506140700 0000"),
        ("ATD", "2506140700 00000", "2506140700 …"),
        ("ATD", "0712 LT ВЫДУМКИН", "0712 LT …"),
        ("PAP", "0", "0"),
        ("PAP", "1234567", "1234567"),
        ("PAP", "12345678", "…"),
    ],
)
def test_form_of_keys_and_values(field: str, value: str, left: str) -> None:
    assert plain(redact(take_off(**{field: value}))) == take_off(**{field: left})


MOVEMENT = "-ZZZZZ-ZZZZ2105-ZZZZ\n-REG/07X4935 DOF/240105 DEP/5509N03737E DEST/5510N03738E)"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"ВЫДУМКИН {plan()} ВЫДУМКИН 00 И {PHONE}", plan()),
        (f"{plan()}\n\n{take_off()}", f"{plan()}\n{take_off()}"),
        (plan(STS=""), plan(STS="")),
        (f"{take_off()}\n-FOO ВЫДУМКИН\n-BAR 5", f"{take_off()}\n-XXX …\n-XXX …"),
        (take_off().replace("IDEP", "IDEP ВЫДУМКИН"), take_off().replace("IDEP", "…")),
        (f"(DEP{MOVEMENT}", f"(DEP{MOVEMENT}"),
        (f"(Д\nЕП{MOVEMENT}", f"(Д\nЕП{MOVEMENT}"),
        (
            f"(DEP{MOVEMENT}".replace("ZZZZ\n", "ZZZZ ВЫДУМКИН+7 23 UWWW AB A123 A12345 SHR\n"),
            f"(DEP{MOVEMENT}".replace("ZZZZ\n", "ZZZZ …\n"),
        ),
        (
            plan().replace("0430\n", "0430\n-ВЫДУМКИН+7 23 UWWW 13 AB ABC A1234 A12345 SHR UWWWW\n"),
            plan().replace("0430\n", "0430\n-… 7 … UWWW 13 AB … A1234 … SHR …\n"),
        ),
    ],
)
def test_between_and_behind_fields_structure_stays(text: str, left: str) -> None:
    assert redact(text) == left


@pytest.mark.parametrize("text", ["", "НЕТ", "ВЫДУМКИН ПЕТР", "(XXX-ZZZZZ"])
def test_no_telegram_is_withheld_whole(text: str) -> None:
    assert redact(text) == WITHHELD


@pytest.mark.parametrize(
    ("shape", "text", "kept"),
    [
        (MARK, "0A12345 ВЫДУМКИН П П ZZZZ", "0A12345 … ZZZZ"),
        (MARK, "00724 RF-37204 RA)", "00724 RF-37204 RA"),
        (MARK, "RA-2411G 00724.; REG12345 OF-1234", "RA-2411G 00724.; REG12345 OF-1234"),
        (MARK, "00724#", "…"),
        (MARK, "0724 007240 ZZZ RB MAVIC3 ИВАНОВИ4", "…"),
        (MARK, "АВ12345 A12345C ABCD1234 ABC1234D5", "АВ12345 A12345C …"),
        (TYPE, "2BLA BLA3 AER SHAR 2BAS UAV 12", "2BLA BLA3 AER SHAR 2BAS UAV 12"),
        (TYPE, "ВЫДУМКИН 123 003BLA BLAX 2", "… 2"),
        (TYPE, "", ""),
    ],
)
def test_words_of_a_cell(shape: str, text: str, kept: str) -> None:
    assert kept_words(text, re.compile(shape)) == kept
