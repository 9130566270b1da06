-- The days and regions whose peaks a change may have changed: those in which flights begin, rise or land otherwise. The fullest
-- sixty minutes of the day before may reach into a day.
INSERT INTO stage_peaks (day, region_id)
WITH moved AS (
    SELECT region_id, start, dep_dt, arr_dt
    FROM flight_changes
    WHERE state <> 'cancelled' AND start > '-infinity'
    GROUP BY region_id, uav_type, state = 'flown', start, dep_dt, arr_dt, moment
    HAVING sum(sign) <> 0
    UNION ALL
    SELECT -1, start, dep_dt, arr_dt
    FROM flight_changes
    WHERE state <> 'cancelled' AND start > '-infinity' AND of_country
    GROUP BY uav_type, state = 'flown', start, dep_dt, arr_dt, moment
    HAVING sum(sign) <> 0
)
SELECT DISTINCT reached::date, region_id
FROM moved
CROSS JOIN LATERAL generate_series(
    start - 1, greatest(start, CASE WHEN dep_dt IS NOT NULL THEN (arr_dt AT TIME ZONE 'UTC')::date END), interval '1 day'
) AS reached;

INSERT INTO stage_days SELECT day FROM stage_peaks UNION SELECT start FROM flight_changes ON CONFLICT DO NOTHING;

ANALYZE stage_days, stage_peaks
