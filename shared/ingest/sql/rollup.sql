-- Count the touched days anew. The merge lock is held, so nobody else counts the same days at the same time.
DELETE FROM mart.flights_hourly AS h USING stage_days AS d WHERE h.day = d.day;

INSERT INTO mart.flights_hourly (
    day, hour, region_id, region_match, uav_type, state, flights, aircraft,
    with_dep, with_arr, with_duration, duration_min, with_plan_duration, plan_duration_min
)
SELECT
    f.day, coalesce(f.hour, -1), coalesce(f.region_id, 0), f.region_match, coalesce(f.uav_type, ''), f.state,
    count(*), sum(coalesce(f.uav_count, 1)),
    count(f.dep_dt), count(f.arr_dt), count(f.duration_min), coalesce(sum(f.duration_min), 0),
    count(f.plan_duration_min), coalesce(sum(f.plan_duration_min), 0)
FROM core.flights AS f
JOIN stage_days AS d ON d.day = f.day
GROUP BY 1, 2, 3, 4, 5, 6;
