-- Flights by type, the commonest first; empty is a type not told. However many there are, the list has an end: what lies
-- beyond it is one line, named "other", the last.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 how many are told one by one, $5 state (null: all)
WITH counted AS (
    SELECT
        c.uav_type, sum(c.flights) AS flights, sum(c.aircraft) AS aircraft, sum(c.minutes) AS minutes,
        sum(c.timed) AS timed, row_number() OVER (ORDER BY sum(c.flights) DESC, c.uav_type) AS place
    FROM mart.cover($1::date, $2::date) AS p
    JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
    WHERE c.state <> 'cancelled' AND ($5::text IS NULL OR c.state = $5)
    GROUP BY c.uav_type
    HAVING sum(c.flights) > 0
)
SELECT
    CASE WHEN place <= $4::integer THEN uav_type ELSE 'other' END AS uav_type,
    sum(flights)::bigint AS flights, sum(aircraft)::bigint AS aircraft,
    coalesce(round(100 * sum(flights) / nullif(sum(sum(flights)) OVER (), 0), 2), 0)::float8 AS share_percent,
    sum(minutes)::bigint AS minutes, round(sum(minutes)::numeric / nullif(sum(timed), 0), 2)::float8 AS mean_minutes
FROM counted
GROUP BY 1, place > $4
ORDER BY place > $4, flights DESC, uav_type
