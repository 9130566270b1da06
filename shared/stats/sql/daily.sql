-- Every day of the period, also those without flights, or every week or month, the first one cut at the period's first
-- day. Peaks are over all types, so a type alone has none.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 step: day, week or month
WITH days AS (
    SELECT
        greatest(date_trunc($5::text, d.day)::date, $1::date) AS day,
        coalesce(sum(c.flights), 0)::integer AS flights,
        coalesce(sum(c.flown), 0)::integer AS flown, coalesce(sum(c.planned), 0)::integer AS planned,
        coalesce(sum(c.cancelled), 0)::integer AS cancelled, coalesce(sum(c.aircraft), 0)::integer AS aircraft,
        coalesce(sum(c.minutes), 0)::bigint AS minutes
    FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS d (day)
    LEFT JOIN mart.flight_counts AS c
        ON c.span = 'day' AND c.start = d.day::date AND c.region_id = $3 AND ($4::text IS NULL OR c.uav_type = $4)
    GROUP BY 1
), peaks AS (
    SELECT
        greatest(date_trunc($5::text, p.start::timestamp)::date, $1::date) AS day,
        max(p.peak_hour) AS peak_hour, max(p.peak_airborne) AS peak_airborne
    FROM mart.flight_peaks AS p
    WHERE p.span = 'day' AND p.start BETWEEN $1::date AND $2::date AND p.region_id = $3
    GROUP BY 1
)
SELECT
    d.*,
    CASE WHEN $4::text IS NULL THEN coalesce(p.peak_hour, 0) END AS peak_hour,
    CASE WHEN $4::text IS NULL THEN coalesce(p.peak_airborne, 0) END AS peak_airborne
FROM days AS d
LEFT JOIN peaks AS p ON p.day = d.day
ORDER BY d.day
