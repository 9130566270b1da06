-- The rows of roll-ups that a line of flight_changes counts in: undated, or day, month and year; its region and the whole country (-1).
flight_changes AS t
CROSS JOIN LATERAL (
    SELECT 'undated', t.start, t.start, t.start
    WHERE t.start = '-infinity'
    UNION ALL
    SELECT 'day', t.start, t.start_moscow, t.start_local
    WHERE t.start > '-infinity'
    UNION ALL
    SELECT
        span, date_trunc(span, t.start::timestamp)::date, date_trunc(span, t.start_moscow::timestamp)::date,
        date_trunc(span, t.start_local::timestamp)::date
    FROM unnest(ARRAY['month', 'year']) AS span
    WHERE t.start > '-infinity'
) AS s (span, start, start_moscow, start_local)
CROSS JOIN LATERAL (SELECT t.region_id UNION ALL SELECT -1 WHERE t.of_country) AS w (region_id)
