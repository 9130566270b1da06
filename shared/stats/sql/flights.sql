-- Flights one by one.

-- name: flights
-- A page of flights, the latest UTC day first, a day's flights by key. The roll-up says which days hold any, so that a rare
-- type is not looked for day after day.
-- $1 first day, $2 last day, $3 region (null: all), $4 type (null: all), $5 states (null: all),
-- {narrowed} are the conditions of shared/stats/flight_pages.py
-- $6 and $7 UTC day and key that the page before ended with (null: from the start), $8 how many,
-- $9 how many flights the days must hold (null: all days, for conditions may leave any number of a day),
-- $10 UTC day from which on it is not sure that all flights of a day are meant (null: it is)
WITH days AS (
    SELECT day
    FROM (
        SELECT
            c.start AS day,
            sum(sum(c.flights) FILTER (WHERE $10::date IS NULL OR c.start < $10)) OVER (
                ORDER BY c.start DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS held_by_later
        FROM mart.flight_counts AS c
        WHERE c.span = 'day' AND c.start BETWEEN $1::date - 1 AND least($2::date + 1, $6::date)
          AND c.{start} BETWEEN $1::date AND $2::date
          AND c.region_id = coalesce($3::smallint, -1)
          AND ($4::text IS NULL OR c.uav_type = $4) AND ($5::text[] IS NULL OR c.state = ANY($5))
        GROUP BY c.start
    ) AS counted
    WHERE $9::integer IS NULL OR coalesce(held_by_later, 0) < $9
    ORDER BY day DESC
)
SELECT
    f.key, {flight_day} AS day, f.day AS utc_day, f.state, f.uav_type, f.uav_count, f.operator_kind, f.region_match,
    f.position_source, coalesce(r.iso, r.region_id::text) AS region, r.name AS region_name,
    ST_Y(f.position) AS lat, ST_X(f.position) AS lon, f.dep_lat, f.dep_lon, f.arr_lat, f.arr_lon,
    f.dep_dt, f.arr_dt, f.duration_min, f.plan_dep_dt, f.plan_arr_dt, f.plan_duration_min,
    f.level_lower_m, f.level_upper_m, f.problems
FROM days AS d
CROSS JOIN LATERAL (
    SELECT f.* FROM core.flights AS f
    CROSS JOIN LATERAL (
        -- A join would go through all regions for each flight of a day.
        SELECT (SELECT jsonb_object_agg(region_id, time_zone) FROM mart.regions) ->> f.region_id::text AS time_zone
    ) AS r
    WHERE f.day = d.day AND {flight_day} BETWEEN $1::date AND $2::date
      AND ($3::smallint IS NULL OR f.region_id = $3)
      AND ($4::text IS NULL OR coalesce(f.uav_type, '') = $4)
      AND ($5::text[] IS NULL OR f.state = ANY($5))
      AND ($6::date IS NULL OR (f.day, f.key) < ($6, $7::uuid)){narrowed}
    ORDER BY f.key DESC
    LIMIT $8
) AS f
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
ORDER BY d.day DESC, f.key DESC
LIMIT $8

-- name: flights_undated
-- A page of the flights whose day is not known.
-- $1 region (null: all), $2 type (null: all), $3 states (null: all), $4 key that the page before ended with, $5 how many
SELECT
    f.key, f.day, f.day AS utc_day, f.state, f.uav_type, f.uav_count, f.operator_kind, f.region_match, f.position_source,
    coalesce(r.iso, r.region_id::text) AS region, r.name AS region_name,
    ST_Y(f.position) AS lat, ST_X(f.position) AS lon, f.dep_lat, f.dep_lon, f.arr_lat, f.arr_lon,
    f.dep_dt, f.arr_dt, f.duration_min, f.plan_dep_dt, f.plan_arr_dt, f.plan_duration_min,
    f.level_lower_m, f.level_upper_m, f.problems
FROM core.flights AS f
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
WHERE f.day IS NULL
  AND ($1::smallint IS NULL OR f.region_id = $1)
  AND ($2::text IS NULL OR coalesce(f.uav_type, '') = $2)
  AND ($3::text[] IS NULL OR f.state = ANY($3))
  AND ($4::uuid IS NULL OR f.key < $4){narrowed}
ORDER BY f.key DESC
LIMIT $5

-- name: flight
-- One flight in full. $1 its key
SELECT
    f.key, {flight_day} AS day, f.day AS utc_day, f.state, f.uav_type, f.uav_count, f.operator_kind, f.region_match,
    f.position_source, coalesce(r.iso, r.region_id::text) AS region, r.name AS region_name,
    ST_Y(f.position) AS lat, ST_X(f.position) AS lon, f.dep_lat, f.dep_lon, f.arr_lat, f.arr_lon,
    f.dep_dt, f.arr_dt, f.duration_min, f.plan_dep_dt, f.plan_arr_dt, f.plan_duration_min,
    f.level_lower_m, f.level_upper_m, f.problems,
    f.zone, coalesce(f.time_zone, r.time_zone) AS time_zone, f.sid, f.callsign, f.regs, f.center AS centre
FROM core.flights AS f
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
WHERE f.key = $1
