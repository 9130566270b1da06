-- mart.zone_counts, and how much of a zone lies in which region.

-- name: measure_zones
-- Measure how much of each zone with an area lies in each region of the active boundary set, in millionths of its geodesic
-- area: of as many as $1 zones that have not been measured yet. What lies in no region counts for region 0, if it is a
-- ten-thousandth at least; less is rounding, and the largest part takes it, so that the parts add up to the whole. A zone
-- without an area, or one that goes around the 180th meridian, counts for the flight's own region: -1. A polygon whose
-- sides cross encloses nothing in particular: it is measured by its hull. (To mend it takes time that grows with the square
-- of its corners, and a telegram may have thousands.) Tells how many.
WITH active AS (
    SELECT id FROM core.boundary_sets WHERE active
), waiting AS (
    SELECT z.zone, z.outline, a.id AS set_id
    FROM active AS a
    CROSS JOIN core.zones AS z
    WHERE NOT EXISTS (SELECT FROM core.zone_shares AS s WHERE s.zone = z.zone AND s.set_id = a.id)
    LIMIT $1
), outlined AS MATERIALIZED (
    SELECT
        w.zone, w.set_id,
        CASE w.outline ->> 'kind'
            WHEN 'circle' THEN ST_Buffer(
                ST_SetSRID(
                    ST_MakePoint((w.outline -> 'center' ->> 1)::float8, (w.outline -> 'center' ->> 0)::float8), 4326
                )::geography,
                1000 * (w.outline ->> 'radius_km')::float8, 16
            )::geometry
            ELSE (
                SELECT CASE WHEN ST_IsValid(r.area) THEN r.area ELSE ST_ConvexHull(r.area) END
                FROM (
                    SELECT ST_MakeLine(
                        ST_SetSRID(ST_MakePoint((p.point ->> 1)::float8, (p.point ->> 0)::float8), 4326) ORDER BY p.n
                    ) AS line
                    FROM jsonb_array_elements(w.outline -> 'points') WITH ORDINALITY AS p (point, n)
                ) AS l
                CROSS JOIN LATERAL (
                    SELECT ST_MakePolygon(ST_AddPoint(l.line, ST_StartPoint(l.line))) AS area
                ) AS r
                WHERE ST_NPoints(l.line) >= 3
            )
        END AS area
    FROM waiting AS w
), sized AS MATERIALIZED (
    SELECT zone, set_id, area, ST_Area(area::geography) AS size
    FROM outlined
    WHERE NOT ST_IsEmpty(area) AND ST_XMax(area) - ST_XMin(area) < 90
), parts AS (
    SELECT
        z.zone, z.set_id, p.region_id, z.size,
        sum(ST_Area(
            CASE WHEN ST_Covers(p.geom, z.area) THEN z.area ELSE ST_Intersection(p.geom, z.area) END::geography
        )) AS part
    FROM sized AS z
    JOIN core.region_parts AS p ON p.set_id = z.set_id AND ST_Intersects(p.geom, z.area)
    WHERE z.size > 0
    GROUP BY z.zone, z.set_id, p.region_id, z.size
), rounded AS (
    SELECT zone, set_id, region_id, round(1000000 * part / size)::integer AS millionths
    FROM parts
    WHERE 1000000 * part / size >= 0.5
), judged AS (
    SELECT
        *, 1000000 - sum(millionths) OVER (PARTITION BY zone)::integer AS missing,
        row_number() OVER (PARTITION BY zone ORDER BY millionths DESC, region_id) = 1 AS largest
    FROM rounded
), shares AS (
    SELECT
        zone, set_id, region_id, millionths + CASE WHEN largest AND missing < 100 THEN missing ELSE 0 END AS millionths
    FROM judged
    UNION ALL
    SELECT zone, set_id, 0, missing FROM judged WHERE largest AND missing >= 100
    UNION ALL
    SELECT zone, set_id, 0, 1000000 FROM sized WHERE size > 0 AND zone NOT IN (SELECT zone FROM rounded)
    UNION ALL
    SELECT zone, set_id, -1, 1000000 FROM outlined WHERE zone NOT IN (SELECT zone FROM sized WHERE size > 0)
), kept AS (
    INSERT INTO core.zone_shares (zone, set_id, region_id, millionths)
    SELECT zone, set_id, region_id, millionths FROM shares
    ON CONFLICT DO NOTHING
    RETURNING zone
)
SELECT count(DISTINCT zone) FROM kept

-- name: zones_waiting
-- The days of whose zones some were not measured when they were counted, or were measured against other boundaries.
SELECT DISTINCT c.start AS day
FROM mart.zone_counts AS c
WHERE c.span = 'day' AND c.region_id = -1 AND (c.circles + c.polygons > 0 OR c.measured > 0)
  AND (c.circles + c.polygons > c.measured OR c.set_id IS DISTINCT FROM (SELECT id FROM core.boundary_sets WHERE active))
ORDER BY day

-- name: recount_zones
-- Count the zones of the days of stage_days anew from counted_flights: what kinds there are, the names that name them, and how
-- much of the zones with an area lies in each region (core.zone_shares; a share of region -1 counts for the flight's own
-- region). Zones that have not been measured yet are noted, and count for the flight's own region until they are.
INSERT INTO core.zones (zone, outline)
SELECT DISTINCT ON (zone) zone, outline FROM counted_flights
WHERE zone IS NOT NULL AND state <> 'cancelled' AND start > '-infinity'
ON CONFLICT DO NOTHING;

DELETE FROM mart.zone_counts AS c USING stage_days AS d WHERE c.span = 'day' AND c.start = d.day;

INSERT INTO mart.zone_counts (
    span, start, start_moscow, start_local, region_id, state, set_id, flights, named, circles, polygons, routes, measured,
    touching, share_millionths, names
)
WITH flights AS (
    SELECT
        start, start_moscow, start_local, region_id, state, zone_kind, zone_names, zone,
        EXISTS (
            SELECT FROM core.zone_shares AS s
            JOIN core.boundary_sets AS b ON b.id = s.set_id AND b.active
            WHERE s.zone = f.zone
        ) AS measured
    FROM counted_flights AS f
    WHERE state <> 'cancelled' AND start > '-infinity'
), own AS (
    SELECT
        start, start_moscow, start_local, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id,
        state,
        count(*) AS flights,
        count(*) FILTER (WHERE zone_kind = 'named') AS named,
        count(*) FILTER (WHERE zone_kind = 'circle') AS circles,
        count(*) FILTER (WHERE zone_kind = 'polygon') AS polygons,
        count(*) FILTER (WHERE zone_kind = 'route') AS routes,
        count(*) FILTER (WHERE measured) AS measured
    FROM flights
    GROUP BY GROUPING SETS (
        (start, start_moscow, start_local, region_id, state), (start, start_moscow, start_local, state)
    )
), named AS (
    SELECT
        start, start_moscow, start_local, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id,
        state,
        array_agg(n.name) AS names
    FROM flights AS t
    CROSS JOIN LATERAL unnest(t.zone_names) AS n (name)
    GROUP BY GROUPING SETS (
        (start, start_moscow, start_local, region_id, state), (start, start_moscow, start_local, state)
    )
), shared AS (
    SELECT
        t.start, t.start_moscow, t.start_local,
        CASE s.region_id WHEN -1 THEN t.region_id ELSE s.region_id END AS region_id,
        t.state, count(*) AS touching, sum(s.millionths) AS millionths
    FROM flights AS t
    JOIN core.boundary_sets AS b ON b.active
    JOIN core.zone_shares AS s ON s.zone = t.zone AND s.set_id = b.id
    GROUP BY 1, 2, 3, 4, 5
)
SELECT
    'day', start, start_moscow, start_local, region_id, state, (SELECT id FROM core.boundary_sets WHERE active),
    coalesce(o.flights, 0), coalesce(o.named, 0), coalesce(o.circles, 0), coalesce(o.polygons, 0),
    coalesce(o.routes, 0), coalesce(o.measured, 0), coalesce(s.touching, 0), coalesce(s.millionths, 0), n.names
FROM own AS o
FULL JOIN shared AS s USING (start, start_moscow, start_local, region_id, state)
LEFT JOIN named AS n USING (start, start_moscow, start_local, region_id, state);

-- name: forget_zones
-- $1 month or year: forget those that hold a day of stage_days
DELETE FROM mart.zone_counts AS c
WHERE c.span = $1::text
  AND c.start IN (SELECT date_trunc($1::text, day::timestamp)::date FROM stage_days WHERE day > '-infinity')

-- name: sum_zones
-- Sum up parts of zones, as sum_counts does. Set 0 of a part stands for zones that wait to be measured.
INSERT INTO mart.zone_counts (
    span, start, start_moscow, start_local, region_id, state, set_id, flights, named, circles, polygons, routes, measured,
    touching, share_millionths, names, names_n
)
WITH parts AS MATERIALIZED (
    {parts}
), sums AS MATERIALIZED (
    SELECT
        row_number() OVER () AS number, made, first, first_moscow, first_local, region_id, state,
        CASE WHEN made = 'day' THEN nullif(min(set_id), 0) END AS set_id,
        sum(flights) AS flights, sum(named) AS named,
        sum(circles) AS circles, sum(polygons) AS polygons, sum(routes) AS routes, sum(measured) AS measured,
        sum(touching) AS touching, sum(share_millionths) AS share_millionths
    FROM parts
    GROUP BY made, first, first_moscow, first_local, region_id, state
    HAVING sum(flights) > 0 OR sum(touching) > 0 OR sum(measured) > 0
), counted AS (
    SELECT number, name, sum(coalesce(n, 1))::integer AS n
    FROM (
        SELECT s.number, unnest(p.names) COLLATE "C" AS name, unnest(p.names_n) AS n
        FROM parts AS p
        JOIN sums AS s USING (made, first, first_moscow, first_local, region_id, state)
    ) AS listed
    GROUP BY number, name
    HAVING sum(coalesce(n, 1)) <> 0
), named AS (
    SELECT number, array_agg(name) AS names, array_agg(n) AS names_n FROM counted GROUP BY number
)
SELECT
    made, first, first_moscow, first_local, region_id, state, set_id, s.flights, s.named, s.circles, s.polygons, s.routes,
    s.measured, s.touching, s.share_millionths, n.names, n.names_n
FROM sums AS s
LEFT JOIN named AS n USING (number)

-- name: change_zones
-- What the change adds to zones and takes from them, as change_counts does. How much of a zone lies where is left as it
-- was: days in which a circle or polygon came or went wait (set 0) until the job "zones" counts them anew.
INSERT INTO core.zones (zone, outline)
SELECT DISTINCT zone, outline FROM flight_changes WHERE outline IS NOT NULL AND sign > 0
ON CONFLICT DO NOTHING;

CREATE TEMP TABLE changed_rows (LIKE mart.zone_counts) ON COMMIT DROP;

INSERT INTO changed_rows (
    span, start, start_moscow, start_local, region_id, state, set_id, flights, named, circles, polygons, routes, measured,
    touching, share_millionths, names, names_n
)
WITH counted AS (
    SELECT
        s.span, s.start, s.start_moscow, s.start_local, w.region_id, t.state,
        CASE WHEN s.span = 'day' AND bool_or(zone_kind IN ('circle', 'polygon')) THEN 0 END AS set_id,
        sum(sign) AS flights,
        coalesce(sum(sign) FILTER (WHERE zone_kind = 'named'), 0) AS named,
        coalesce(sum(sign) FILTER (WHERE zone_kind = 'circle'), 0) AS circles,
        coalesce(sum(sign) FILTER (WHERE zone_kind = 'polygon'), 0) AS polygons,
        coalesce(sum(sign) FILTER (WHERE zone_kind = 'route'), 0) AS routes
    FROM {spans}
    WHERE s.span <> 'undated' AND t.state <> 'cancelled'
    GROUP BY s.span, s.start, s.start_moscow, s.start_local, w.region_id, t.state
), named AS (
    SELECT
        s.span, s.start, s.start_moscow, s.start_local, w.region_id, t.state, array_agg(n.name) AS names,
        array_agg(t.sign) AS names_n
    FROM {spans}
    CROSS JOIN LATERAL unnest(t.zone_names) AS n (name)
    WHERE s.span <> 'undated' AND t.state <> 'cancelled'
    GROUP BY s.span, s.start, s.start_moscow, s.start_local, w.region_id, t.state
)
SELECT
    span, start, start_moscow, start_local, region_id, state, set_id, c.flights, c.named, c.circles, c.polygons, c.routes, 0, 0, 0,
    n.names, n.names_n
FROM counted AS c
LEFT JOIN named AS n USING (span, start, start_moscow, start_local, region_id, state);

ANALYZE changed_rows (span, start, start_moscow, start_local, region_id, state);

WITH gone AS (
    DELETE FROM mart.zone_counts AS c
    USING changed_rows AS n
    WHERE (c.span, c.start, c.region_id, c.state, c.start_moscow, c.start_local)
        = (n.span, n.start, n.region_id, n.state, n.start_moscow, n.start_local)
    RETURNING c.*
)
INSERT INTO changed_rows SELECT * FROM gone
