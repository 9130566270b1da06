-- The days whose roll-ups change: every day that a touched flight was counted under or in the air, until now and from
-- now on; -infinity for a flight without a day.
INSERT INTO stage_days
WITH touched AS (
    SELECT f.day, f.dep_dt, f.arr_dt
    FROM core.flights AS f
    JOIN stage_touched AS t ON t.flight_key = f.key
    WHERE NOT EXISTS (SELECT FROM stage_new AS n WHERE n.flight_key = t.flight_key)
    UNION ALL
    SELECT s.day, s.dep_dt, s.arr_dt FROM stage_flights AS s JOIN stage_touched AS t ON t.flight_key = s.key
)
SELECT coalesce(day, '-infinity') FROM touched
UNION
SELECT later::date
FROM touched
CROSS JOIN LATERAL generate_series(day + 1, (arr_dt AT TIME ZONE 'UTC')::date, interval '1 day') AS later
WHERE dep_dt IS NOT NULL AND (arr_dt AT TIME ZONE 'UTC')::date > day;
