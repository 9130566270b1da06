-- Whoever announces a workbook may say which columns hold what.
GRANT INSERT (column_map) ON core.uploads TO fp_api;
