-- The regions side by side, and the map.

-- name: regions
-- The regions of the active boundary set. Density divides by the official land area where it is known.
SELECT
    region_id, coalesce(iso, region_id::text) AS code, name, time_zone,
    coalesce(official_area_km2, area_km2) AS area_km2,
    CASE WHEN official_area_km2 IS NULL THEN 'polygon' ELSE 'official' END AS area_source
FROM mart.regions
ORDER BY region_id

-- name: ranking
-- All regions by number of flights. Shares are of the whole country's flights, those without a region included; where the
-- caller may see some regions only, ranks and shares are among those.
-- $1 and $2 parts of the period, $3 type (null: all), $4 state (null: all), $5 codes of the regions
-- to be seen (null: all), $6 and $7 first and last day of the period, $8 and $9 parts of the period, none taken away
WITH parts AS (
    SELECT span, start, sign FROM {cover $1 $2} AS signed
), period AS (
    SELECT count(*) AS with_data
    FROM (
        {days_reported $6 $7}
    ) AS reported
), sums AS (
    -- Days with a flight do not add up over types or parts of a day, so of single days it is told which there are.
    SELECT
        c.region_id,
        coalesce(sum(p.sign * c.flights) FILTER (WHERE c.state <> 'cancelled'), 0)::bigint AS flights,
        coalesce(sum(p.sign * c.flights) FILTER (WHERE c.state = 'flown'), 0)::bigint AS flown,
        coalesce(sum(p.sign * c.flights) FILTER (WHERE c.state = 'planned'), 0)::bigint AS planned,
        coalesce(sum(p.sign * c.flights) FILTER (WHERE c.state = 'cancelled'), 0)::bigint AS cancelled,
        coalesce(sum(p.sign * c.aircraft) FILTER (WHERE c.state <> 'cancelled'), 0)::bigint AS aircraft,
        coalesce(sum(p.sign * c.timed) FILTER (WHERE c.state <> 'cancelled'), 0)::bigint AS timed,
        coalesce(sum(p.sign * c.minutes) FILTER (WHERE c.state <> 'cancelled'), 0)::bigint AS minutes,
        coalesce(sum(p.sign * c.plan_timed) FILTER (WHERE c.state <> 'cancelled'), 0)::bigint AS plan_timed,
        coalesce(sum(p.sign * c.plan_minutes) FILTER (WHERE c.state <> 'cancelled'), 0)::bigint AS plan_minutes,
        count(DISTINCT p.start) FILTER (WHERE p.span = 'day' AND p.sign > 0 AND c.state <> 'cancelled')
            - count(DISTINCT p.start) FILTER (WHERE p.span = 'day' AND p.sign < 0 AND c.state <> 'cancelled') AS days
    FROM parts AS p
    JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start
    WHERE ($3::text IS NULL OR c.uav_type = $3) AND ($4::text IS NULL OR c.state = $4)
    GROUP BY c.region_id
), active AS (
    SELECT d.region_id, sum(p.sign * CASE WHEN $4::text = 'flown' THEN d.flown_days ELSE d.days END) AS days
    FROM parts AS p
    JOIN mart.flight_days AS d
        ON d.span = p.span AND d.clock = {clock} AND d.start = p.start AND d.uav_type = coalesce($3::text, '*')
    GROUP BY d.region_id
), peaks AS (
    SELECT
        c.region_id, max(c.peak_airborne) AS peak_airborne,
        max(CASE WHEN $4::text = 'flown' THEN coalesce(c.flown_hour, c.peak_hour) ELSE c.peak_hour END) AS peak_hour,
        max(CASE WHEN $4::text = 'flown' THEN coalesce(c.flown_sliding, c.peak_sliding) ELSE c.peak_sliding END)
            AS peak_sliding
    FROM {cover $8 $9} AS p
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
    n.with_data - coalesce(a.days, 0) - coalesce(s.days, 0) AS zero_days,
    coalesce(p.peak_hour, 0) AS peak_hour, coalesce(p.peak_sliding, 0) AS peak_sliding,
    coalesce(p.peak_airborne, 0) AS peak_airborne,
    round(v.density::numeric, 4)::float8 AS density,
    round((v.density / nullif(n.with_data, 0) * 365.25 / 12)::numeric, 4)::float8 AS density_a_month,
    round((v.density / nullif(n.with_data, 0) * 365.25)::numeric, 4)::float8 AS density_a_year,
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

-- name: boundaries
-- Which boundaries are in force: what they are called, the line that their licence wants, and how many subjects they hold.
SELECT s.name, s.attribution, (SELECT count(*) FROM core.regions AS r WHERE r.set_id = s.id)::integer AS regions
FROM core.boundary_sets AS s
WHERE s.active

-- name: attribution
-- Where the active boundaries come from, as their licence wants it told.
SELECT name, source, licence, attribution FROM core.boundary_sets WHERE active

-- name: shapes
-- The regions' shapes for a small map. $1 tolerance in degrees, $2 digits after the point, $3 code of the only region (null: all)
SELECT
    coalesce(r.iso, r.id::text) AS code, r.name, coalesce(r.official_area_km2, r.area_km2) AS area_km2,
    ST_AsGeoJSON(ST_SimplifyPreserveTopology(r.geom, $1::float8), $2::integer) AS geometry
FROM core.regions AS r
JOIN core.boundary_sets AS s ON s.id = r.set_id AND s.active
WHERE $3::text IS NULL OR coalesce(r.iso, r.id::text) = $3
ORDER BY r.id

-- name: months_of_parts
-- The months of a period's `parts`, those of its years too; other statements hold it as {months_of_parts}.
SELECT start, sign FROM parts WHERE span = 'month'
UNION ALL
SELECT m::date, sign FROM parts
CROSS JOIN LATERAL generate_series(start::timestamp, start + interval '11 months', interval '1 month') AS m
WHERE span = 'year'

-- name: days_of_parts
-- The UTC days that hold flights of the single days of a period's `parts` by the clock; held as {days_of_parts}.
SELECT DISTINCT start + n AS day FROM parts CROSS JOIN generate_series({reach}) AS n WHERE span = 'day'

-- name: tile
-- One vector tile: flights counted in a grid of 64 by 64 cells, from the counted cells of whole months and of days.
-- $1 zoom, $2 column, $3 row, $4 and $5 parts of the period, $6 region (null: all), $7 type (null: all), $8 state (null: all but the cancelled)
WITH parts AS MATERIALIZED (
    SELECT span, start, sign FROM {cover $4 $5} AS signed
), months AS (
    {months_of_parts}
), days AS (
    {days_of_parts}
), grid AS (
    SELECT $1::integer + 6 AS level, CASE WHEN $1::integer <= 3 THEN 9 ELSE 20 END AS stored
), counted AS (
    SELECT
        c.x >> (g.stored - g.level) AS x, c.y >> (g.stored - g.level) AS y,
        m.sign * CASE WHEN $8::text = 'flown' THEN c.flown ELSE c.flights END AS flights
    FROM grid AS g
    CROSS JOIN months AS m
    JOIN mart.flight_cells AS c
        ON c.{start} = m.start AND c.level = g.stored
        AND c.x >= $2::integer << (g.stored - $1) AND c.x < ($2::integer + 1) << (g.stored - $1)
        AND c.y >= $3::integer << (g.stored - $1) AND c.y < ($3::integer + 1) << (g.stored - $1)
    WHERE ($6::smallint IS NULL OR c.region_id = $6) AND ($7::text IS NULL OR c.uav_type = $7)
    UNION ALL
    SELECT
        c.x >> (20 - g.level), c.y >> (20 - g.level),
        p.sign * CASE WHEN $8::text = 'flown' THEN c.flown ELSE c.flights END
    FROM grid AS g
    CROSS JOIN days AS d
    JOIN mart.day_cells AS c
        ON c.start = d.day
        AND c.x >= $2::integer << (20 - $1) AND c.x < ($2::integer + 1) << (20 - $1)
        AND c.y >= $3::integer << (20 - $1) AND c.y < ($3::integer + 1) << (20 - $1)
    JOIN parts AS p ON p.span = 'day' AND p.start = c.{start}
    WHERE ($6::smallint IS NULL OR c.region_id = $6) AND ($7::text IS NULL OR c.uav_type = $7)
), points AS (
    SELECT
        ST_MakePoint(((x & 63) * 64 + 32)::float8, ((y & 63) * 64 + 32)::float8) AS geom,
        sum(flights)::integer AS flights
    FROM counted
    GROUP BY x, y
    HAVING sum(flights) > 0
)
SELECT ST_AsMVT(points, 'flights', 4096, 'geom') AS tile FROM points
