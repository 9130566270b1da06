"""The dashboards of DataLens as code: one description, from which the workbook file is made."""
