-- What became of the rows of the workbooks that speak of the period. A workbook without a single date counts always.
-- $1 first day, $2 last day
SELECT
    count(*) AS workbooks,
    coalesce(sum(rows_in - rows_empty), 0)::bigint AS rows,
    coalesce(sum(rows_rejected), 0)::bigint AS rejected,
    coalesce(sum(rows_repeated), 0)::bigint AS repeated
FROM core.loads
WHERE state = 'done' AND coalesce(period_from, '-infinity') <= $2::date AND coalesce(period_to, 'infinity') >= $1::date
