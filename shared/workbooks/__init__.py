"""Workbooks: a guard, readers, layouts known by their headers, and the workbook that a person mends.

``inspect`` first, then ``rows`` with what it gave; ``write_rejects`` needs the source file once more.
"""

from shared.workbooks.guard import Guarded, GuardedSheet, Kind, inspect
from shared.workbooks.layouts import LayoutKind
from shared.workbooks.limits import Limits
from shared.workbooks.corrections import write_rejects
from shared.workbooks.reader import Row, SheetReport, WorkbookReader, count_rows, rows, sheets
from shared.workbooks.refusals import REFUSALS
from shared.workbooks.rejected import RejectedRow

__all__ = [
    "REFUSALS",
    "Guarded",
    "GuardedSheet",
    "Kind",
    "LayoutKind",
    "Limits",
    "RejectedRow",
    "Row",
    "SheetReport",
    "WorkbookReader",
    "count_rows",
    "inspect",
    "rows",
    "sheets",
    "write_rejects",
]
