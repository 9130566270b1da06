-- $1 days; asyncpg writes its least date as -infinity, which stands for flights without a day
INSERT INTO stage_days
SELECT unnest($1::date[])
UNION
SELECT later::date
FROM core.flights AS f
CROSS JOIN LATERAL generate_series(f.day + 1, (f.arr_dt AT TIME ZONE 'UTC')::date, interval '1 day') AS later
WHERE f.day = ANY ($1::date[]) AND f.dep_dt IS NOT NULL AND (f.arr_dt AT TIME ZONE 'UTC')::date > f.day
