-- Not 0001/grants.sql anew: it would give back what 0012 has taken from fp_ingest.
GRANT SELECT ON mart.center_scores, mart.workbooks, mart.rejected_rows, mart.districts, mart.span_contributions
TO fp_ingest, fp_api, fp_datalens;
GRANT SELECT ON core.region_names TO fp_ingest, fp_api;
