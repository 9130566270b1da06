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
