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
