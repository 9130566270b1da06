-- The fullest clock hour, the fullest sixty minutes, and the most flights in the air at once, the earliest of equals.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all)
WITH parts AS (
    -- Peaks of flown flights are told where they differ.
    SELECT
        c.peak_airborne, c.peak_airborne_at,
        CASE WHEN c.flown_hour IS NULL OR $5::text IS NULL THEN c.peak_hour ELSE c.flown_hour END AS peak_hour,
        CASE WHEN c.flown_hour IS NULL OR $5::text IS NULL THEN c.peak_hour_at ELSE c.flown_hour_at END AS peak_hour_at,
        CASE WHEN c.flown_sliding IS NULL OR $5::text IS NULL THEN c.peak_sliding ELSE c.flown_sliding END AS peak_sliding,
        CASE WHEN c.flown_sliding IS NULL OR $5::text IS NULL THEN c.peak_sliding_at ELSE c.flown_sliding_at END
            AS peak_sliding_at
    FROM mart.cover($1::date, $2::date) AS p
    JOIN mart.flight_peaks AS c
        ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
        AND c.uav_type = coalesce($4::text, '*')
    WHERE coalesce($5::text, 'flown') = 'flown'
)
SELECT
    h.peak_hour, h.peak_hour_at, s.peak_sliding, s.peak_sliding_at, a.peak_airborne, a.peak_airborne_at
FROM (SELECT) AS always
LEFT JOIN (
    SELECT peak_hour, peak_hour_at FROM parts WHERE peak_hour > 0 ORDER BY peak_hour DESC, peak_hour_at LIMIT 1
) AS h ON true
LEFT JOIN (
    SELECT peak_sliding, peak_sliding_at FROM parts WHERE peak_sliding > 0
    ORDER BY peak_sliding DESC, peak_sliding_at LIMIT 1
) AS s ON true
LEFT JOIN (
    SELECT peak_airborne, peak_airborne_at FROM parts WHERE peak_airborne > 0
    ORDER BY peak_airborne DESC, peak_airborne_at LIMIT 1
) AS a ON true
