-- The API keeps a log of the reports it made.
GRANT INSERT ON core.reports TO fp_api;
