-- Rejected rows by code, of the workbooks that speak of the period.
-- $1 first day, $2 last day
SELECT r.code, count(*) AS rows
FROM core.rejects AS r
JOIN core.loads AS l ON l.id = r.load_id
WHERE l.state = 'done' AND coalesce(l.period_from, '-infinity') <= $2::date AND coalesce(l.period_to, 'infinity') >= $1::date
GROUP BY r.code
ORDER BY rows DESC, r.code
