"""The statistics as documents: a workbook, a picture, a PDF, JSON, and single charts; all from the same numbers."""
