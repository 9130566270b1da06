-- How many flights fulfil conditions, of the roll-ups where they know it, else one by one.

-- name: flights_by_counter
-- Flights that a counter of the roll-ups counts; {counter} is a sum of its columns.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 type (null: all), $5 states
SELECT coalesce(sum(p.sign * ({counter})), 0)::bigint
FROM {cover $1 $2} AS p
JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
WHERE ($4::text IS NULL OR c.uav_type = $4) AND c.state = ANY ($5::text[])

-- name: flights_by_value
-- Flights of a distribution's values; {list} is its column. Cancelled flights are in none.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 type (null: all), $5 states,
-- $6 least and $7 greatest value, $8 what is left of it by 24 (null: anything)
SELECT coalesce(sum(p.sign * coalesce(v.n, 1)), 0)::bigint
FROM {cover $1 $2} AS p
JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
CROSS JOIN LATERAL unnest(c.{list}, c.{list}_n) AS v (value, n)
WHERE ($4::text IS NULL OR c.uav_type = $4) AND c.state = ANY ($5::text[])
  AND v.value BETWEEN $6::integer AND $7::integer AND ($8::integer IS NULL OR v.value % 24 = $8)

-- name: flights_by_problem
-- Flights with a code and of a centre. Cancelled flights are not told.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 type (null: all), $5 states, $6 code (null: any or none),
-- $7 centre (null: any)
SELECT coalesce(sum(p.sign * {of_states}), 0)::bigint
FROM {cover $1 $2} AS p
JOIN mart.problem_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
WHERE ($4::text IS NULL OR c.uav_type = $4)
  AND ($6::text IS NULL OR c.problems @> ARRAY[$6]) AND ($7::text IS NULL OR c.center = $7)

-- name: flights_by_box
-- Flights in the map's cells that lie in a box, and those in the cells that its edges cut. Cancelled flights are in none.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 type (null: all), $5 states,
-- $6 west, $7 south, $8 east, $9 north
WITH parts AS MATERIALIZED (
    SELECT span, start, sign FROM {cover $1 $2} AS signed
), months AS (
    {months_of_parts}
), days AS (
    {days_of_parts}
), box AS (
    SELECT
        mart.cell_x($6::float8, 20) AS west, mart.cell_y($7::float8, 20) AS south,
        mart.cell_x($8::float8, 20) AS east, mart.cell_y($9::float8, 20) AS north
), counted AS (
    SELECT c.x, c.y, m.sign * {of_states} AS flights
    FROM box AS b
    CROSS JOIN months AS m
    JOIN mart.flight_cells AS c
        ON c.{start} = m.start AND c.level = 20 AND c.x BETWEEN b.west AND b.east AND c.y BETWEEN b.north AND b.south
    WHERE ($3 = -1 OR c.region_id = $3) AND ($4::text IS NULL OR c.uav_type = $4)
    UNION ALL
    SELECT c.x, c.y, p.sign * {of_states}
    FROM box AS b
    CROSS JOIN days AS d
    JOIN mart.day_cells AS c
        ON c.start = d.day AND c.x BETWEEN b.west AND b.east AND c.y BETWEEN b.north AND b.south
    JOIN parts AS p ON p.span = 'day' AND p.start = c.{start}
    WHERE ($3 = -1 OR c.region_id = $3) AND ($4::text IS NULL OR c.uav_type = $4)
)
SELECT
    coalesce(sum(flights), 0)::bigint AS flights,
    coalesce(sum(flights) FILTER (WHERE x IN (b.west, b.east) OR y IN (b.north, b.south)), 0)::bigint AS on_edge
FROM counted
CROSS JOIN box AS b

-- name: flights_of_days
-- How many flights of a selection lie in whole UTC days.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 states, $6 first UTC day (null: any),
-- $7 UTC day that is no longer meant (null: any)
SELECT coalesce(sum(c.flights), 0)::bigint
FROM mart.flight_counts AS c
WHERE c.span = 'day' AND c.start BETWEEN $1::date - 1 AND $2::date + 1 AND c.{start} BETWEEN $1::date AND $2::date
  AND ($6::date IS NULL OR c.start >= $6) AND ($7::date IS NULL OR c.start < $7)
  AND c.region_id = $3 AND ($4::text IS NULL OR c.uav_type = $4) AND c.state = ANY ($5::text[])

-- name: flights_one_by_one
-- How many flights of a selection fulfil {narrowed}, the conditions of shared/stats/narrowing.py. A flight's day by another
-- clock is at most a day from its UTC day, so it is asked for at the period's ends alone.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 states
SELECT count(*)
FROM core.flights AS f
CROSS JOIN LATERAL (
    -- A join would go through all regions for each flight where few are expected.
    SELECT (SELECT jsonb_object_agg(region_id, time_zone) FROM mart.regions) ->> f.region_id::text AS time_zone
) AS r
WHERE {days}
  AND ((f.day > $1::date AND f.day < $2::date) OR {flight_day} BETWEEN $1::date AND $2::date)
  AND ($3 = -1 OR f.region_id = $3)
  AND ($4::text IS NULL OR coalesce(f.uav_type, '') = $4)
  AND f.state = ANY ($5::text[]){narrowed}
