"""Which texts the strict forms take, and that they say of them what the loose forms say."""

import pytest

from shared.telegrams import Telegram, strict
from shared.telegrams.kinds import build
from shared.telegrams.repairs import repair
from shared.telegrams.scanner import scan
from shared.telegrams.values import coordinates, times

SHR = (
    "(SHR-ZZZZZ\n-ZZZZ0530\n-M0005/M0030 /ZONA MR054321/\n-ZZZZ0400\n-DEP/5543N03718E DEST/5541N03722E DOF/250614 "
    "EET/UUWV0001 OPR/ООО ВЫДУМКА REG/0A12345 STS/SAR TYP/2BLA RMK/СЪЕМКА 8(000)0000000 SID/7772600001)"
)
IDEP = "-TITLE IDEP\n-SID 7772600001\n-ADD 250614\n-ATD 0540\n-ADEP ZZZZ\n-ADEPZ 554310N0371820E\n-PAP 0\n-REG 0A12345"
IARR = IDEP.replace("IDEP", "IARR").replace("ADD", "ADA").replace("ATD", "ATA").replace("ADEP", "ADARR")
DEP = "(DEP-ZZZZZ-ZZZZ0540-ZZZZ0400\n-REG/0A12345 DOF/250614 RMK/MR054321 DEP/5543N03718E DEST/5541N03722E)"
ARR = DEP.replace("(DEP", "(ARR").replace("0400", "0905")
CNL = "(CNL-ZZZZZ-ZZZZ0530-ZZZZ\n-DOF/250614 RMK/ПО ЗАЯВКЕ SID/7772600001)"
DLA = CNL.replace("CNL", "DLA").replace("0530-ZZZZ", "0930-ZZZZ0400")

TAKEN = [
    SHR,
    IDEP,
    IARR,
    DEP,
    ARR,
    CNL,
    DLA,
    f"\n {SHR} \n",
    *(
        SHR.replace(was, now)
        for was, now in [
            ("\n", " "),
            ("ZZZZZ", "0A12345"),
            ("ZZZZZ", "ABCDEFG"),  # a word is no callsign
            ("0530", "2530"),
            ("0400", "2500"),
            ("0400", "2400"),
            ("-ZZZZ0400\n", ""),
            ("MR054321", "MR054321 WR655"),
            ("MR054321", "MR054321 MR054321"),
            ("MR054321", "2571"),
            ("MR054321", "R0,5 5543N03718E"),
            ("MR054321", "R005 554310N0371820E"),
            ("MR054321", "5543N03718E 5544N03718E 5544N03719E"),
            ("MR054321", "554310N0371820E 554410N0371820E 554410N0371920E"),
            ("MR054321", "5543N03718E 554410N0371820E 554410N0371920E"),
            ("/ZONA MR054321/", "5543N03718E DCT 5544N03718E"),
            (" /ZONA MR054321/", ""),
            ("/ZONA MR054321/", "/ZONA ВЫДУМКА/"),
            ("M0005/M0030", "M0005"),
            ("M0005/M0030", "A005/A030"),
            ("M0005/M0030", "K0060M0005/M0030"),
            ("M0005/M0030", "F050/F100"),
            ("DEP/5543N03718E", "DEP/ЕЛОВКА 5543N03718E"),
            ("DEP/5543N03718E", "DEP/ЕЛОВКА"),
            ("DEST/5541N03722E", "DEST/5541 N 03722E ЕЛОВКА"),
            ("DEST/5541N03722E", "DLE/5541N03722E0900"),
            ("DOF/250614 ", ""),
            ("DOF/250614", "DOF/250230"),
            ("OPR/ООО ВЫДУМКА ", ""),
            ("REG/0A12345 ", ""),
            ("REG/0A12345", "REG/0A12345, 00724 RA-2411G"),
            ("REG/0A12345", "REG/0A12345 0A12345"),
            ("STS/SAR ", ""),
            ("TYP/2BLA ", ""),
            ("TYP/2BLA", "TYP/BLA"),
            ("TYP/2BLA", "TYP/SHAR И ЕЩЕ"),
            (" RMK/СЪЕМКА 8(000)0000000", ""),
            ("8(000)0000000", "ОПЕРАТОР/ВЫДУМКИН SID/777 -"),
            ("(000)", ""),
        ]
    ),
    SHR.strip("()"),
    SHR.strip("("),
    *(SHR.replace(" 8(000)0000000", "").strip(bracket) for bracket in "()"),
    *(
        IDEP.replace(was, now)
        for was, now in [
            ("\n-SID 7772600001", ""),
            ("\n-ADD 250614", ""),
            ("ADD 250614", "ADD 250230"),
            ("ATD 0540", "ATD 0860"),
            ("\n-ATD 0540", ""),
            ("ADEP ZZZZ", "ADEP ULSF"),
            ("ADEP ZZZZ", "ADEP 5543N03718E"),
            ("\n-ADEPZ 554310N0371820E", ""),
            ("554310N0371820E", "554310С0371820В"),
            ("554310N0371820E", "554310N\n0371820E"),
            ("554310N0371820E", "ЕЛОВКА"),
            ("\n-PAP 0", ""),
            ("\n-REG 0A12345", ""),
            ("0A12345", "0A12345 00724 WORD"),
        ]
    ),
    *(
        DEP.replace(was, now)
        for was, now in [("ZZZZ0400", "ZZZZ"), ("0400", "2500"), ("REG/0A12345 ", ""), (" RMK/MR054321", "")]
    ),
    *(ARR.replace(was, now) for was, now in [("0905", "2400"), (" DEST/5541N03722E", ""), ("ZZZZ0540", "ULSF0540")]),
]
LEFT = [
    "",
    "(SHR-",
    SHR.replace("M0005/M0030", "M0030/M0005"),  # needs a second look
    SHR.replace("MR054321", "R200 5543N03718E"),
    SHR.replace("SID/7772600001", "SID/777260000"),
    SHR.replace("SID/7772600001", "SID/77726000١1"),
    SHR.replace("OPR/ООО", "OPR/ООО DOF:250614"),
    SHR.replace("DOF/250614", "DOF 250614"),
    SHR.replace("OPR/ООО", "OPR/ООО (ВЫДУМКА)"),
    SHR.replace("СЪЕМКА", "СЪЕМКА)\n(CNL-ZZZZZ-ZZZZ0530-ZZZZ"),
    SHR.replace("СЪЕМКА", "(СЪЕМКА -ЗАПАД"),
    SHR.replace("СЪЕМКА", "(съемка"),
    SHR.replace("СЪЕМКА", "(СЪЕМКА НННН"),
    SHR.replace("СЪЕМКА", "(СЪЕМКА NNNN"),
    SHR.replace("СЪЕМКА", "(СЪЕМКА ЗЦЗЦ"),
    SHR.replace("СЪЕМКА", "(СЪЕМКА ZCZC"),
    *(SHR.replace("8(000)", phone).strip(")") for phone in ("8(000)", "8(000", "8000)")),  # which one closes it?
    SHR.replace("DEP/5543N03718E ", "").replace("DEST/5541N03722E ", "").replace("DOF/250614 ", ""),
    IDEP.replace("ADD", "ADX"),
    IDEP.replace("0A12345", "0A12345 NNNN"),
    IDEP.replace("554310N0371820E", "ЕЛОВКА ЗЦЗЦ"),
    DEP.replace("DOF/250614 ", ""),
    DEP.replace("MR054321", "MR054321/1"),
    CNL.replace("DOF/250614 ", ""),
]


def loosely(text: str) -> list[Telegram]:
    """Read a text as if there were no strict forms."""
    repaired, notes = repair(text)
    return [build(one, notes) for one in scan(repaired)]


@pytest.mark.parametrize("text", TAKEN)
def test_what_is_taken_says_what_the_loose_forms_say(text: str) -> None:
    assert [strict.read(text)] == loosely(text)


@pytest.mark.parametrize("text", LEFT)
def test_what_is_left_to_the_loose_forms(text: str) -> None:
    assert strict.read(text) is None


def test_telegrams_line_by_line() -> None:
    assert strict.read_all(f"{SHR}\n{DLA}\n{CNL}") == loosely(f"{SHR}\n{DLA}\n{CNL}")
    assert strict.read_all(f"{SHR}\n{DLA[1:]}") is None
    assert strict.read_all(f"{SHR} {DLA}") is None


def test_what_is_kept_once_seen_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = coordinates._Degrees()
    kept.most = 2
    monkeypatch.setattr(times, "DAYS", {})
    monkeypatch.setattr(times, "_MOST_DAYS", 2)
    for i in range(5):
        for _ in range(2):
            assert kept[f"554{i}N03718E"] == pytest.approx((55 + (40 + i) / 60, 37.3), abs=1e-6)
            assert times.day(f"25061{i}")[0] is not None
    assert list(kept) == ["5544N03718E"]
    assert list(times.DAYS) == ["250610", "250611"]


def test_nothing_of_a_person_is_kept() -> None:
    text = SHR.replace("REG/0A12345", "REG/ВЫДУМКИН 89000000000").replace("DEP/5543N03718E", "DEP/У ВЫДУМКИНА")
    assert strict.read(text) is not None
    kept = "".join([*coordinates.DEGREES, *coordinates._MINUTES, *times.DAYS])
    assert "ВЫДУМКИН" not in kept
    assert "89000000000" not in kept
