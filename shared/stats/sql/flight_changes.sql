-- What is taken away (sign -1) and added (1): flights that count as before cancel out. One that differs in its region alone
-- changes nothing for the whole country.
CREATE TEMP TABLE flight_changes ON COMMIT DROP AS
SELECT
    *, count(*) OVER (
        PARTITION BY
            key, start, start_moscow, start_local, uav_type, state, region_match, operator_kind, center, aircraft, dep_dt,
            arr_dt, moment, duration_min, plan_duration_min, slot, late, problems, zone_kind, zone_names, outline, x, y
    ) = 1 AS of_country
FROM (
    SELECT -1 AS sign, b.* FROM (TABLE flights_before EXCEPT ALL TABLE flights_after) AS b
    UNION ALL
    SELECT 1, a.* FROM (TABLE flights_after EXCEPT ALL TABLE flights_before) AS a
) AS differing;

ANALYZE flight_changes
