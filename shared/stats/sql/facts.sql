-- What the statistics stand on: the newest count, and the first and last day of the data.
SELECT
    r.number AS revision, r.counted_at,
    (
        SELECT start FROM mart.flight_counts
        WHERE span = 'day' AND region_id = -1
        ORDER BY start LIMIT 1
    ) AS first,
    (
        SELECT start FROM mart.flight_counts
        WHERE span = 'day' AND region_id = -1
        ORDER BY start DESC LIMIT 1
    ) AS last
FROM (SELECT) AS always
LEFT JOIN mart.revision AS r ON true
