-- The years in which flights begin, and those into which one that crosses a midnight reaches.
SELECT DISTINCT date_trunc('year', day::timestamp)::date AS year FROM core.flights WHERE day IS NOT NULL
UNION
SELECT DISTINCT date_trunc('year', arr_dt AT TIME ZONE 'UTC')::date FROM core.flights
WHERE dep_dt IS NOT NULL AND (arr_dt AT TIME ZONE 'UTC')::date > day
ORDER BY year
