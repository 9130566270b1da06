"""The quick way takes what is written as it should be, and leaves everything else to the careful one."""

import pytest

from shared.telegrams.canonical import quick
from tests.golden.rows import ARR, DEP, DEP24, SHR


@pytest.mark.parametrize("text", [SHR, SHR + "\n", DEP, DEP + "\n", ARR, DEP.replace("-ADEPZ 551230N0612430E\n", "")])
def test_taken(text: str) -> None:
    assert quick(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        SHR.replace("СЪЕМКА", "(СЪЕМКА"),
        SHR.replace("СЪЕМКА", "СЪЕМКА)"),
        SHR.replace("RMK/", ""),
        SHR.replace("BLA RMK/", "BLA_RMK/"),
        SHR.replace("BLA RMK/", "BLA/RMK/"),
        SHR.replace("TYP/BLA", "TYP/BLA TYP/AER"),
        SHR.replace("TYP/BLA", "TYP/BLA ABC/1"),
        SHR.replace("TYP/BLA", "SID/7770000002 TYP/BLA"),
        SHR.replace("DOF/250410 ", "DOF/250410"),
        SHR.replace(" SID/", "SID/"),
        SHR.replace("0001)", "001)"),
        SHR.replace("0001)", "0001"),
        SHR.replace("0001)", "0001)\nНННН"),
        SHR.replace("-ZZZZ0700", "-ZZZZ070"),
        SHR.replace("SHR-ZZZZZ", "SHR-RF-37204"),
        SHR.replace("/ZONA MR05512/", "/ZONA REG/"),
        SHR.lower(),
        DEP.replace("-ATD 0712", "-ATD 07 12"),
        DEP.replace("-PAP 0", "-PAP"),
        DEP + "\n-RMK X",
        DEP24,
        "",
    ],
)
def test_left_to_the_careful_way(text: str) -> None:
    assert quick(text) is None
