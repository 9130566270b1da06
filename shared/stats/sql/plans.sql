-- Plans against facts, centres, doubtful flights, zones.

-- name: plan_fact
-- Plans against facts: of all flights, by centre, by kind of operator. A row's centre and kind are null where it sums up
-- over them. Lateness is exact: the median lies between the two in the middle of an even number, ninety of a hundred are
-- no later than the ninetieth.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 minutes from which on a take-off is late
WITH parts AS MATERIALIZED (
    SELECT p.sign, c.*
    FROM {cover $1 $2} AS p
    JOIN mart.plan_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
), sums AS (
    SELECT
        center, operator_kind,
        coalesce(sum(sign * flights), 0)::bigint AS flights, coalesce(sum(sign * flown), 0)::bigint AS flown,
        coalesce(sum(sign * planned), 0)::bigint AS planned, coalesce(sum(sign * cancelled), 0)::bigint AS cancelled,
        coalesce(sum(sign * unclosed), 0)::bigint AS unclosed, coalesce(sum(sign * compared), 0)::bigint AS compared,
        coalesce(sum(sign * plan_minutes), 0)::bigint AS plan_minutes, coalesce(sum(sign * minutes), 0)::bigint AS minutes,
        coalesce(sum(sign * far_apart), 0)::bigint AS far_apart
    FROM parts
    GROUP BY GROUPING SETS ((), (center), (operator_kind))
    HAVING grouping(center, operator_kind) = 3 OR sum(sign * (flights + cancelled)) <> 0
), listed AS (
    SELECT center, operator_kind, minutes, sum(sign * coalesce(n, 1))::integer AS n
    FROM (SELECT sign, center, operator_kind, unnest(late) AS minutes, unnest(late_n) AS n FROM parts) AS d
    GROUP BY center, operator_kind, minutes
), merged AS (
    SELECT center, operator_kind, minutes, sum(n)::integer AS n
    FROM listed
    GROUP BY GROUPING SETS ((minutes), (center, minutes), (operator_kind, minutes))
    HAVING sum(n) <> 0
), stacked AS (
    SELECT
        center, operator_kind, minutes, n,
        sum(n) OVER (PARTITION BY center, operator_kind ORDER BY minutes ROWS UNBOUNDED PRECEDING) AS upto,
        sum(n) OVER (PARTITION BY center, operator_kind) AS timed
    FROM merged
), lateness AS (
    SELECT
        center, operator_kind, timed,
        (min(minutes) FILTER (WHERE upto >= (timed + 1) / 2) + min(minutes) FILTER (WHERE upto >= timed / 2 + 1)) / 2.0
            AS median,
        min(minutes) FILTER (WHERE 10 * upto >= 9 * timed) AS ninetieth,
        coalesce(sum(n) FILTER (WHERE minutes > $4::integer), 0)::bigint AS late
    FROM stacked
    GROUP BY center, operator_kind, timed
)
SELECT
    s.*, coalesce(l.timed, 0) AS timed, l.median::float8 AS median, l.ninetieth, coalesce(l.late, 0) AS late
FROM sums AS s
LEFT JOIN lateness AS l
    ON l.center IS NOT DISTINCT FROM s.center AND l.operator_kind IS NOT DISTINCT FROM s.operator_kind
ORDER BY s.flights DESC, s.center, s.operator_kind

-- name: centers
-- What is known of each centre's flights, and on how many days of the period any of them began.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 state (flown; null: all), $5 and $6 first and last
-- day of the period
WITH sums AS (
    SELECT
        c.center, sum(p.sign * {flights_of $4})::bigint AS flights,
        sum(p.sign * c.flown)::bigint AS flown, sum(p.sign * c.no_landing)::bigint AS no_landing
    FROM {cover $1 $2} AS p
    JOIN mart.plan_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
    GROUP BY c.center
    HAVING sum(p.sign * ({flights_of $4} + CASE WHEN $4::text IS NULL THEN c.cancelled ELSE 0 END)) <> 0
), troubled AS (
    SELECT c.center, sum(p.sign * {flights_of $4})::bigint AS flights
    FROM {cover $1 $2} AS p
    JOIN mart.problem_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
    WHERE c.problems <> '{}'
    GROUP BY c.center
), active AS (
    SELECT center, count(*) AS days
    FROM (
        SELECT DISTINCT c.center, c.{start}
        FROM mart.plan_counts AS c
        -- A list of days lets the planner look one region's up, instead of reading all regions' of the period.
        WHERE c.span = 'day' AND c.region_id = $3 AND {flights_of $4} > 0
          AND c.{start} = ANY (
              ARRAY(SELECT n::date FROM generate_series($5::date::timestamp, $6::date::timestamp, interval '1 day') AS n)
          )
    ) AS begun_on
    GROUP BY center
)
SELECT s.*, coalesce(t.flights, 0) AS with_problems, coalesce(a.days, 0) AS days
FROM sums AS s
LEFT JOIN troubled AS t ON t.center = s.center
LEFT JOIN active AS a ON a.center = s.center
ORDER BY s.center

-- name: center_rows
-- Rows of each centre, and how many of them were rejected, in the workbooks that speak of the period.
-- $1 first day, $2 last day
SELECT c.center, sum(c.rows)::bigint AS rows, sum(c.rejected)::bigint AS rejected
FROM core.load_centers AS c
JOIN core.loads AS l ON l.id = c.load_id
WHERE l.state = 'done' AND coalesce(l.period_from, '-infinity') <= $2::date AND coalesce(l.period_to, 'infinity') >= $1::date
GROUP BY c.center

-- name: center_problems
-- Flights of each centre by the codes of what is wrong with them, the commonest first.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 state (flown; null: all)
SELECT c.center, w.code, sum(p.sign * {flights_of $4})::bigint AS flights
FROM {cover $1 $2} AS p
JOIN mart.problem_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
CROSS JOIN LATERAL unnest(c.problems) AS w (code)
GROUP BY c.center, w.code
HAVING sum(p.sign * {flights_of $4}) <> 0
ORDER BY flights DESC, w.code

-- name: problems
-- How many flights carry each code: of a period, and of those whose day is not known, which no period holds. Cancelled
-- flights are not counted, as everywhere.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 type (null: all), $5 state (flown; null: all)
WITH dated AS (
    SELECT w.code, sum(p.sign * {flights_of $5})::bigint AS flights
    FROM {cover $1 $2} AS p
    JOIN mart.problem_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3::smallint
    CROSS JOIN LATERAL unnest(c.problems) AS w (code)
    WHERE $4::text IS NULL OR c.uav_type = $4
    GROUP BY w.code
), undated AS (
    SELECT w.code, count(*) AS flights
    FROM core.flights AS f
    CROSS JOIN LATERAL unnest(f.problems) AS w (code)
    WHERE f.day IS NULL AND f.state <> 'cancelled'
      AND ($3 = -1 OR f.region_id = $3)
      AND ($4::text IS NULL OR coalesce(f.uav_type, '') = $4)
      AND ($5::text IS NULL OR f.state = $5)
    GROUP BY w.code
)
SELECT code, coalesce(d.flights, 0) AS flights, coalesce(u.flights, 0) AS undated
FROM dated AS d
FULL JOIN undated AS u USING (code)
WHERE d.flights <> 0 OR u.flights <> 0
ORDER BY flights DESC, undated DESC, code

-- name: doubtful
-- How many flights of a period there are, and how many carry one of the codes $6, by region and by centre.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 type (null: all), $5 state (flown; null: all), $6 codes
WITH sums AS (
    SELECT
        c.region_id, c.center, c.problems && $6::text[] AS doubtful,
        sum(p.sign * {flights_of $5}) AS flights
    FROM {cover $1 $2} AS p
    JOIN mart.problem_counts AS c ON c.span = p.span AND c.{start} = p.start
    WHERE CASE WHEN $3::smallint = -1 THEN c.region_id >= 0 ELSE c.region_id = $3 END
      AND ($4::text IS NULL OR c.uav_type = $4)
    GROUP BY 1, 2, 3
)
SELECT
    grouping(s.center) = 0 AS by_centre,
    coalesce(r.iso, r.region_id::text) AS region, r.name, nullif(s.center, '') AS centre,
    sum(s.flights)::bigint AS flights, coalesce(sum(s.flights) FILTER (WHERE s.doubtful), 0)::bigint AS doubtful
FROM sums AS s
LEFT JOIN mart.regions AS r ON r.region_id = s.region_id
GROUP BY GROUPING SETS ((r.iso, r.region_id, r.name), (s.center))
HAVING sum(s.flights) <> 0
ORDER BY doubtful DESC, flights DESC, region, centre

-- name: zones
-- Zones by region: flights of the region by the kind of their zone, flights whose zone has an area in it, and the sum of the
-- shares of zones with an area, in millionths of a flight.
-- $1 and $2 parts of the period, $3 state (null: all)
SELECT
    c.region_id, sum(p.sign * c.flights)::bigint AS flights, sum(p.sign * c.named)::bigint AS named,
    sum(p.sign * c.circles)::bigint AS circles, sum(p.sign * c.polygons)::bigint AS polygons,
    sum(p.sign * c.routes)::bigint AS routes, sum(p.sign * c.measured)::bigint AS measured,
    sum(p.sign * c.touching)::bigint AS touching, sum(p.sign * c.share_millionths)::bigint AS millionths
FROM {cover $1 $2} AS p
JOIN mart.zone_counts AS c ON c.span = p.span AND c.{start} = p.start
WHERE $3::text IS NULL OR c.state = $3
GROUP BY c.region_id
HAVING (sum(p.sign * c.flights), sum(p.sign * c.touching), sum(p.sign * c.measured)) <> (0, 0, 0)

-- name: zone_names
-- The zones most often named, and how many different ones are named at all.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 how many are told, $5 state (null: all)
SELECT name, sum(sign * coalesce(n, 1))::bigint AS flights, count(*) OVER () AS names
FROM (
    SELECT p.sign, unnest(c.names) COLLATE "C" AS name, unnest(c.names_n) AS n
    FROM {cover $1 $2} AS p
    JOIN mart.zone_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
    WHERE $5::text IS NULL OR c.state = $5
) AS listed
GROUP BY name
HAVING sum(sign * coalesce(n, 1)) <> 0
ORDER BY flights DESC, name
LIMIT $4::integer
