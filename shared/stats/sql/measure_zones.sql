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
