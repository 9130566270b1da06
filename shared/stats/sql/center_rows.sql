-- Rows of each centre, and how many of them were rejected, in the workbooks that speak of the period.
-- $1 first day, $2 last day
SELECT c.center, sum(c.rows)::bigint AS rows, sum(c.rejected)::bigint AS rejected
FROM core.load_centers AS c
JOIN core.loads AS l ON l.id = c.load_id
WHERE l.state = 'done' AND coalesce(l.period_from, '-infinity') <= $2::date AND coalesce(l.period_to, 'infinity') >= $1::date
GROUP BY c.center
