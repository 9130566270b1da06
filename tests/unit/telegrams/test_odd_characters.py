"""What becomes of each character that a program leaves in a text."""

import pytest

from shared.telegrams.repairs import repair

BECOMES = {
    "": [*range(9), *range(14, 28), 0x7F, 0xAD, 0x34F, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F)],
    " ": [0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000],
    "\n": [0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0x2028, 0x2029],
    "-": [*range(0x2010, 0x2016), 0x2212, 0xFE63, 0xFF0D],
}
ALSO_GONE = [*range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF, 0x0300, 0x036F]
CASES = [(number, becomes) for becomes, numbers in BECOMES.items() for number in numbers]


@pytest.mark.parametrize(("number", "becomes"), [*CASES, *((number, "") for number in ALSO_GONE)])
def test_an_odd_character(number: int, becomes: str) -> None:
    assert repair(f"7{chr(number)}8").text == f"7{becomes}8"


@pytest.mark.parametrize("number", [0x2016, 0x2070, 0x2030, 0xFF5F, 0xFF00, 0x0370])
def test_its_neighbours_stay(number: int) -> None:
    assert chr(number) in repair(f"7{chr(number)}8").text


def test_full_width_characters() -> None:
    wide = "".join(chr(number) for number in range(0xFF01, 0xFF5F))
    assert repair(wide).text == "".join(chr(number) for number in range(0x21, 0x7F)).upper()
