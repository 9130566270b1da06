"""The statistics as documents: a workbook, a picture, a PDF, JSON, and single charts; all from the same numbers."""

from collections.abc import Mapping
from typing import Any

ReportData = Mapping[str, Any]
"""What a report tells: the answers of the statistics by name, as JSON has them."""
