-- The touched flights take their new form. Those of stage_new are inserted plainly; of the others, one that did not change is
-- not written.
-- $1 load
WITH forms AS NOT MATERIALIZED (
    SELECT
        s.key, s.state, s.sid, s.callsign, s.uav_type, s.uav_count, s.regs, s.operator_kind, s.center,
        s.dep_lat, s.dep_lon, s.dep_source, s.arr_lat, s.arr_lon, s.arr_source,
        ST_SetSRID(ST_MakePoint(s.position_lon, s.position_lat), 4326) AS position, s.position_source,
        p.region_id, coalesce(p.region_match, 'none') AS region_match,
        s.dep_dt, s.arr_dt, s.duration_min, s.plan_dep_dt, s.plan_arr_dt, s.plan_duration_min,
        s.level_lower_m, s.level_upper_m, s.zone, s.problems, s.day, s.hour, $1::bigint AS load_id, p.time_zone
    FROM stage_flights AS s
    JOIN stage_touched AS t ON t.flight_key = s.key
    LEFT JOIN stage_points AS p ON p.lat = s.position_lat AND p.lon = s.position_lon
    WHERE NOT EXISTS (SELECT FROM stage_flights AS n WHERE n.key = s.key AND n.ordinal > s.ordinal)
), fresh AS (
    INSERT INTO core.flights (
        key, state, sid, callsign, uav_type, uav_count, regs, operator_kind, center,
        dep_lat, dep_lon, dep_source, arr_lat, arr_lon, arr_source,
        position, position_source, region_id, region_match,
        dep_dt, arr_dt, duration_min, plan_dep_dt, plan_arr_dt, plan_duration_min,
        level_lower_m, level_upper_m, zone, problems, day, hour, load_id, time_zone
    )
    SELECT o.*
    FROM forms AS o
    JOIN stage_new AS n ON n.flight_key = o.key
    RETURNING 1
), merged AS (
    INSERT INTO core.flights AS f (
        key, state, sid, callsign, uav_type, uav_count, regs, operator_kind, center,
        dep_lat, dep_lon, dep_source, arr_lat, arr_lon, arr_source,
        position, position_source, region_id, region_match,
        dep_dt, arr_dt, duration_min, plan_dep_dt, plan_arr_dt, plan_duration_min,
        level_lower_m, level_upper_m, zone, problems, day, hour, load_id, time_zone
    )
    SELECT *
    FROM forms AS o
    WHERE NOT EXISTS (SELECT FROM stage_new AS n WHERE n.flight_key = o.key)
    ON CONFLICT (key) DO UPDATE SET
        state = excluded.state, sid = excluded.sid, callsign = excluded.callsign, uav_type = excluded.uav_type,
        uav_count = excluded.uav_count, regs = excluded.regs, operator_kind = excluded.operator_kind,
        center = excluded.center, dep_lat = excluded.dep_lat, dep_lon = excluded.dep_lon,
        dep_source = excluded.dep_source, arr_lat = excluded.arr_lat, arr_lon = excluded.arr_lon,
        arr_source = excluded.arr_source, position = excluded.position, position_source = excluded.position_source,
        region_id = excluded.region_id, region_match = excluded.region_match, dep_dt = excluded.dep_dt,
        arr_dt = excluded.arr_dt, duration_min = excluded.duration_min, plan_dep_dt = excluded.plan_dep_dt,
        plan_arr_dt = excluded.plan_arr_dt, plan_duration_min = excluded.plan_duration_min,
        level_lower_m = excluded.level_lower_m, level_upper_m = excluded.level_upper_m, zone = excluded.zone,
        problems = excluded.problems, day = excluded.day, hour = excluded.hour, load_id = excluded.load_id,
        time_zone = excluded.time_zone
    WHERE (
        f.state, f.sid, f.callsign, f.uav_type, f.uav_count, f.regs, f.operator_kind, f.center,
        f.dep_lat, f.dep_lon, f.dep_source, f.arr_lat, f.arr_lon, f.arr_source,
        f.position_source, f.region_id, f.region_match, f.dep_dt, f.arr_dt, f.duration_min, f.plan_dep_dt,
        f.plan_arr_dt, f.plan_duration_min, f.level_lower_m, f.level_upper_m, f.zone, f.problems, f.day, f.hour,
        f.time_zone, ST_Y(f.position), ST_X(f.position)
    ) IS DISTINCT FROM (
        excluded.state, excluded.sid, excluded.callsign, excluded.uav_type, excluded.uav_count, excluded.regs,
        excluded.operator_kind, excluded.center, excluded.dep_lat, excluded.dep_lon, excluded.dep_source,
        excluded.arr_lat, excluded.arr_lon, excluded.arr_source, excluded.position_source, excluded.region_id,
        excluded.region_match, excluded.dep_dt, excluded.arr_dt, excluded.duration_min, excluded.plan_dep_dt,
        excluded.plan_arr_dt, excluded.plan_duration_min, excluded.level_lower_m, excluded.level_upper_m,
        excluded.zone, excluded.problems, excluded.day, excluded.hour,
        excluded.time_zone, ST_Y(excluded.position), ST_X(excluded.position)
    )
    RETURNING (f.xmax = 0) AS is_new
)
SELECT
    (SELECT count(*) FROM fresh) + count(*) FILTER (WHERE is_new) AS flights_new,
    count(*) FILTER (WHERE NOT is_new) AS flights_updated,
    (SELECT count(DISTINCT flight_key) FROM stage_rows) AS flights_mentioned
FROM merged;
