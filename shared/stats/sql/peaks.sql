-- The fullest clock hour and the most flights in the air at once, the earliest of equals; over all types.
-- $1 first day, $2 last day, $3 region (-1: the whole country)
WITH parts AS (
    SELECT c.peak_hour, c.peak_hour_at, c.peak_airborne, c.peak_airborne_at
    FROM mart.cover($1::date, $2::date) AS p
    JOIN mart.flight_peaks AS c ON c.span = p.span AND c.start = p.start AND c.region_id = $3
)
SELECT h.peak_hour, h.peak_hour_at, a.peak_airborne, a.peak_airborne_at
FROM (SELECT) AS always
LEFT JOIN (
    SELECT peak_hour, peak_hour_at FROM parts WHERE peak_hour > 0 ORDER BY peak_hour DESC, peak_hour_at LIMIT 1
) AS h ON true
LEFT JOIN (
    SELECT peak_airborne, peak_airborne_at FROM parts WHERE peak_airborne > 0
    ORDER BY peak_airborne DESC, peak_airborne_at LIMIT 1
) AS a ON true
