-- All regions by number of flights. Shares are of the whole country's flights, those without a region included; where the
-- caller may see some regions only, ranks and shares are among those.
-- $1 first day, $2 last day, $3 type (null: all), $4 state (null: all), $5 codes of the regions
-- to be seen (null: all), $6 and $7 first and last day of the period
WITH parts AS (
    SELECT span, start FROM mart.cover($1::date, $2::date)
), period AS (
    SELECT greatest($7::date - $6::date + 1, 0) AS days, count(*) AS with_data
    FROM (
        {days_reported $6 $7}
    ) AS reported
), sums AS (
    SELECT
        c.region_id,
        sum(c.flights) FILTER (WHERE c.state <> 'cancelled')::bigint AS flights,
        sum(c.flights) FILTER (WHERE c.state = 'flown')::bigint AS flown,
        sum(c.flights) FILTER (WHERE c.state = 'planned')::bigint AS planned,
        sum(c.flights) FILTER (WHERE c.state = 'cancelled')::bigint AS cancelled,
        sum(c.aircraft) FILTER (WHERE c.state <> 'cancelled')::bigint AS aircraft,
        sum(c.timed) FILTER (WHERE c.state <> 'cancelled')::bigint AS timed,
        sum(c.minutes) FILTER (WHERE c.state <> 'cancelled')::bigint AS minutes,
        sum(c.plan_timed) FILTER (WHERE c.state <> 'cancelled')::bigint AS plan_timed,
        sum(c.plan_minutes) FILTER (WHERE c.state <> 'cancelled')::bigint AS plan_minutes
    FROM parts AS p
    JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start
    WHERE ($3::text IS NULL OR c.uav_type = $3) AND ($4::text IS NULL OR c.state = $4)
    GROUP BY c.region_id
), active AS (
    -- Days with a flight add up over days, not over types or parts of a day.
    SELECT region_id, sum(days) AS days
    FROM (
        SELECT d.region_id, CASE WHEN $4::text = 'flown' THEN d.flown_days ELSE d.days END AS days
        FROM parts AS p
        JOIN mart.flight_days AS d
            ON d.span = p.span AND d.clock = {clock} AND d.start = p.start AND d.uav_type = coalesce($3::text, '*')
        UNION ALL
        SELECT c.region_id, count(DISTINCT c.{start})
        FROM parts AS p
        JOIN mart.flight_counts AS c ON c.span = 'day' AND c.{start} = p.start
        WHERE p.span = 'day' AND c.state <> 'cancelled'
          AND ($3::text IS NULL OR c.uav_type = $3) AND ($4::text IS NULL OR c.state = $4)
        GROUP BY c.region_id
    ) AS counted
    GROUP BY region_id
), peaks AS (
    SELECT
        c.region_id, max(c.peak_airborne) AS peak_airborne,
        max(CASE WHEN $4::text = 'flown' THEN coalesce(c.flown_hour, c.peak_hour) ELSE c.peak_hour END) AS peak_hour,
        max(CASE WHEN $4::text = 'flown' THEN coalesce(c.flown_sliding, c.peak_sliding) ELSE c.peak_sliding END)
            AS peak_sliding
    FROM parts AS p
    JOIN mart.flight_peaks AS c ON c.span = p.span AND c.{start} = p.start
    WHERE c.uav_type = coalesce($3::text, '*') AND coalesce($4::text, 'flown') = 'flown'
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
    coalesce(s.minutes, 0) AS minutes, coalesce(s.timed, 0) AS timed,
    coalesce(s.plan_minutes, 0) AS plan_minutes, coalesce(s.plan_timed, 0) AS plan_timed,
    round(coalesce(s.flights, 0)::numeric / nullif(n.with_data, 0), 2)::float8 AS mean_a_day,
    n.with_data - coalesce(a.days, 0) AS zero_days,
    coalesce(p.peak_hour, 0) AS peak_hour, coalesce(p.peak_sliding, 0) AS peak_sliding,
    coalesce(p.peak_airborne, 0) AS peak_airborne,
    round(v.density::numeric, 4)::float8 AS density,
    round((v.density / nullif(n.days, 0) * 365.25 / 12)::numeric, 4)::float8 AS density_a_month,
    round((v.density / nullif(n.days, 0) * 365.25)::numeric, 4)::float8 AS density_a_year,
    CASE WHEN r.official_area_km2 IS NULL THEN 'polygon' ELSE 'official' END AS area_source
FROM shown AS r
CROSS JOIN whole
CROSS JOIN period AS n
LEFT JOIN sums AS s ON s.region_id = r.region_id
LEFT JOIN active AS a ON a.region_id = r.region_id
LEFT JOIN peaks AS p ON p.region_id = r.region_id
CROSS JOIN LATERAL (
    SELECT 1000 * coalesce(s.flights, 0) / coalesce(r.official_area_km2, r.area_km2) AS density
) AS v
ORDER BY flights DESC, r.name
