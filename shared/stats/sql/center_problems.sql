-- Flights of each centre by the codes of what is wrong with them, the commonest first.
-- $1 first day, $2 last day, $3 region (-1: the whole country)
SELECT c.center, c.code, sum(c.flights)::bigint AS flights
FROM mart.cover($1::date, $2::date) AS p
JOIN mart.problem_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
GROUP BY c.center, c.code
ORDER BY flights DESC, c.code
