-- Every day of the period, also without flights, or every week or month, the first one cut at the period's first day.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all),
-- $6 step: day, week or month
WITH reported AS (
    {days_reported $1 $2}
), counted AS (
    SELECT
        d.day::date AS day,
        coalesce(sum(c.flights) FILTER (WHERE c.state <> 'cancelled'), 0) AS flights,
        coalesce(sum(c.flights) FILTER (WHERE c.state = 'flown'), 0) AS flown,
        coalesce(sum(c.flights) FILTER (WHERE c.state = 'planned'), 0) AS planned,
        coalesce(sum(c.flights) FILTER (WHERE c.state = 'cancelled'), 0) AS cancelled,
        coalesce(sum(c.aircraft) FILTER (WHERE c.state <> 'cancelled'), 0) AS aircraft,
        coalesce(sum(c.minutes) FILTER (WHERE c.state <> 'cancelled'), 0) AS minutes
    FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS d (day)
    LEFT JOIN mart.flight_counts AS c
        ON c.span = 'day' AND c.{start} = d.day::date AND c.region_id = $3
        AND ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
    GROUP BY d.day
), days AS (
    SELECT
        greatest(date_trunc($6::text, c.day::timestamp)::date, $1::date) AS day,
        bool_or(r.day IS NOT NULL) AS has_data,
        sum(c.flights)::bigint AS flights, sum(c.flown)::bigint AS flown, sum(c.planned)::bigint AS planned,
        sum(c.cancelled)::bigint AS cancelled, sum(c.aircraft)::bigint AS aircraft, sum(c.minutes)::bigint AS minutes
    FROM counted AS c
    LEFT JOIN reported AS r ON r.day = c.day
    GROUP BY 1
), peaks AS (
    SELECT
        greatest(date_trunc($6::text, p.{start}::timestamp)::date, $1::date) AS day,
        max(CASE WHEN $5::text = 'flown' THEN coalesce(p.flown_hour, p.peak_hour) ELSE p.peak_hour END) AS peak_hour,
        max(CASE WHEN $5::text = 'flown' THEN coalesce(p.flown_sliding, p.peak_sliding) ELSE p.peak_sliding END)
            AS peak_sliding,
        max(p.peak_airborne) AS peak_airborne
    FROM mart.flight_peaks AS p
    WHERE p.span = 'day' AND p.{start} BETWEEN $1::date AND $2::date AND p.region_id = $3
      AND p.uav_type = coalesce($4::text, '*') AND coalesce($5::text, 'flown') = 'flown'
    GROUP BY 1
)
SELECT
    d.*, coalesce(p.peak_hour, 0) AS peak_hour, coalesce(p.peak_sliding, 0) AS peak_sliding,
    coalesce(p.peak_airborne, 0) AS peak_airborne
FROM days AS d
LEFT JOIN peaks AS p ON p.day = d.day
ORDER BY d.day
