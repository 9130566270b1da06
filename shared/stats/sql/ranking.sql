-- All regions by number of flights. Shares are of the whole country's flights, those without a region included; where the
-- caller may see some regions only, ranks and shares are among those.
-- $1 first day, $2 last day, $3 type (null: all), $4 days of the period, $5 codes of the regions to be seen (null: all)
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
), shown AS (
    SELECT r.*, coalesce(r.iso, r.region_id::text) AS code
    FROM mart.regions AS r
    WHERE $5::text[] IS NULL OR coalesce(r.iso, r.region_id::text) = ANY ($5)
), whole AS (
    SELECT sum(s.flights) AS flights
    FROM sums AS s
    WHERE CASE WHEN $5::text[] IS NULL THEN s.region_id = -1 ELSE s.region_id IN (SELECT region_id FROM shown) END
)
SELECT
    rank() OVER (ORDER BY coalesce(s.flights, 0) DESC) AS rank,
    r.code, r.name,
    coalesce(s.flights, 0) AS flights, coalesce(s.flown, 0) AS flown, coalesce(s.planned, 0) AS planned,
    coalesce(s.cancelled, 0) AS cancelled, coalesce(s.aircraft, 0) AS aircraft,
    coalesce(round(100.0 * s.flights / nullif(whole.flights, 0), 2), 0)::float8 AS share_percent,
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
FROM shown AS r
CROSS JOIN whole
LEFT JOIN sums AS s ON s.region_id = r.region_id
LEFT JOIN peaks AS p ON p.region_id = r.region_id
ORDER BY flights DESC, r.name
