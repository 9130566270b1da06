-- All regions by number of flights. Shares are of the whole country's flights, those without a region included.
-- $1 first day, $2 last day, $3 type (null: all), $4 days of the period
WITH sums AS (
    SELECT
        c.region_id,
        sum(c.flights)::bigint AS flights, sum(c.flown)::bigint AS flown, sum(c.planned)::bigint AS planned,
        sum(c.cancelled)::bigint AS cancelled, sum(c.aircraft)::bigint AS aircraft,
        sum(c.timed)::bigint AS timed, sum(c.minutes)::bigint AS minutes,
        sum(c.plan_timed)::bigint AS plan_timed, sum(c.plan_minutes)::bigint AS plan_minutes,
        sum(c.active_days)::bigint AS active_days
    FROM mart.cover($1::date, $2::date) AS p
    JOIN mart.flight_counts AS c ON c.span = p.span AND c.start = p.start
    WHERE $3::text IS NULL OR c.uav_type = $3
    GROUP BY c.region_id
), peaks AS (
    SELECT
        c.region_id, sum(c.active_days)::bigint AS active_days,
        max(c.peak_hour) AS peak_hour, max(c.peak_airborne) AS peak_airborne
    FROM mart.cover($1::date, $2::date) AS p
    JOIN mart.flight_peaks AS c ON c.span = p.span AND c.start = p.start
    GROUP BY c.region_id
)
SELECT
    rank() OVER (ORDER BY coalesce(s.flights, 0) DESC) AS rank,
    coalesce(r.iso, r.region_id::text) AS code, r.name,
    coalesce(s.flights, 0) AS flights, coalesce(s.flown, 0) AS flown, coalesce(s.planned, 0) AS planned,
    coalesce(s.cancelled, 0) AS cancelled, coalesce(s.aircraft, 0) AS aircraft,
    coalesce(round(100.0 * s.flights / nullif(country.flights, 0), 2), 0)::float8 AS share_percent,
    round(s.minutes::numeric / nullif(s.timed, 0), 2)::float8 AS mean_minutes,
    coalesce(s.minutes, 0) AS minutes, coalesce(s.timed, 0) AS timed,
    round(s.plan_minutes::numeric / nullif(s.plan_timed, 0), 2)::float8 AS plan_mean_minutes,
    coalesce(s.plan_minutes, 0) AS plan_minutes, coalesce(s.plan_timed, 0) AS plan_timed,
    round(coalesce(s.flights, 0)::numeric / nullif($4::integer, 0), 2)::float8 AS mean_a_day,
    -- Days with a flight add up over days, not over types.
    $4::integer - coalesce(CASE WHEN $3::text IS NULL THEN p.active_days ELSE s.active_days END, 0) AS zero_days,
    CASE WHEN $3::text IS NULL THEN coalesce(p.peak_hour, 0) END AS peak_hour,
    CASE WHEN $3::text IS NULL THEN coalesce(p.peak_airborne, 0) END AS peak_airborne,
    round((1000 * coalesce(s.flights, 0) / coalesce(r.official_area_km2, r.area_km2))::numeric, 4)::float8 AS density,
    CASE WHEN r.official_area_km2 IS NULL THEN 'polygon' ELSE 'official' END AS area_source
FROM mart.regions AS r
LEFT JOIN sums AS s ON s.region_id = r.region_id
LEFT JOIN peaks AS p ON p.region_id = r.region_id
LEFT JOIN sums AS country ON country.region_id = -1
ORDER BY flights DESC, r.name
