-- What is known of each centre's flights, and on how many days of the period any of them began.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 and $5 first and last day of the period
WITH sums AS (
    SELECT
        c.center, sum(c.flights)::bigint AS flights, sum(c.flown)::bigint AS flown,
        sum(c.no_landing)::bigint AS no_landing, sum(c.with_problems)::bigint AS with_problems
    FROM mart.cover($1::date, $2::date) AS p
    JOIN mart.plan_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
    GROUP BY c.center
), active AS (
    SELECT center, count(DISTINCT {start}) AS days
    FROM mart.plan_counts
    WHERE span = 'day' AND {start} BETWEEN $4::date AND $5::date AND region_id = $3 AND flights > 0
    GROUP BY center
)
SELECT s.*, coalesce(a.days, 0) AS days
FROM sums AS s
LEFT JOIN active AS a ON a.center = s.center
ORDER BY s.center
