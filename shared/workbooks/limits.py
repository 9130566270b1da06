"""How big a workbook may be before it is refused.

The readers build a dense grid in memory, so every limit is a limit of memory; docs/workbooks.md tells what each costs.
"""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one workbook; the defaults let through a full Excel sheet (1,048,576 rows) of telegrams."""

    parts: int = 2_000
    """Entries of the zip archive."""
    directory_bytes: int = 1 * MIB
    """Size of the archive's directory, which is parsed whole."""
    unpacked_bytes: int = 1_280 * MIB
    """All parts together, counted while they are unpacked, whatever their headers say."""
    ratio: int = 100
    """Unpacked to packed size of a part (Excel's own files stay under 40)."""
    ratio_from_bytes: int = 4 * MIB
    """Parts smaller than this, unpacked, may have any ratio."""
    text_bytes: int = 256 * 1024
    """Between two tags: 32,767 characters, each at worst a numeric entity of eight bytes."""
    sheets: int = 100
    cells: int = 24_000_000
    """Filled cells that are looked at one by one on a sheet."""
    dense_cells: int = 16_000_000
    """Rows x columns of the rectangle around the filled cells (32 bytes each in the dense reader)."""
    sparse_rows: int = 200_000
    """Rows up to which a sheet that is too wide for the dense reader goes to the streaming one."""
    shared_strings: int = 10_000_000
    rows: int = 2_200_000
    """Rows of all sheets, blank ones between filled ones too."""


DEFAULT = Limits()
