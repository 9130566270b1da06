"""The quick way takes what is written as it should be, and leaves everything else to the careful one."""

import pytest

from shared.telegrams.canonical import quick
from tests.golden.rows import ARR, ARR24, DEP, DEP24, SHR


@pytest.mark.parametrize(
    "text",
    [
        *(SHR, SHR + "\n", DEP, DEP + "\n", ARR, DEP.replace("-ADEPZ 551230N0612430E\n", "")),
        *(SHR.replace("СЪЕМКА", f"СЪЕМКА {phone}") for phone in ("8 (000) 000-00-00", "8(000)0000000", "(000", "000)")),
        *(DEP.replace("-ADEP ZZZZ\n", ""), ARR.replace("-ADARR ZZZZ\n", "")),
        *(DEP24, DEP24 + "\n", ARR24, DEP24.replace("RMK/MR11608 ", ""), DEP24.replace("2105-ZZZZ", "2105-ZZZZ0500")),
    ],
)
def test_taken(text: str) -> None:
    assert quick(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        SHR.replace("СЪЕМКА", "(DEP-ZZZZZ-ZZZZ0700-ZZZZ)"),
        SHR.replace("СЪЕМКА", "(СЪЕМКА DЕР -ZZZZZ-ZZZZ0700-ZZZZ"),
        SHR.replace("СЪЕМКА", "(-TITLE IDEP)"),
        SHR.replace("СЪЕМКА", "8(000)0000000 НHНН"),
        SHR.replace("СЪЕМКА", "8(000)0000000\u2013"),
        SHR.replace("OPR/", "OPR/(ООО) "),
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
        DEP24.replace("MR11608", "(MR11608)"),
        DEP24 + "НННН",
        DEP24.replace("RMK/MR11608", "RMK/WZL/POS"),
        DEP24.replace("RMK/MR11608", "RMK/MR11608 DOF/240106"),
        DEP24.replace("DOF/240105 RMK/MR11608", "RMK/MR11608 DOF/240105"),
        DEP24.replace("DEP/5509N03737E", "DEP/X 5509N03737E"),
        DEP24.replace("DEP/5509N03737E", "DEP/ZZZZ"),
        DEP24.replace(")", " SID/7770000002)"),
        DEP24.replace("-REG", "REG"),
        "",
    ],
)
def test_left_to_the_careful_way(text: str) -> None:
    assert quick(text) is None
