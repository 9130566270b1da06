-- Sets of boundaries into the database and out of it.

-- name: invalid_shapes
-- $1 names, $2 geometries as GeoJSON: those that have to be repaired, with what is wrong and where.
SELECT r.name AS region, d.reason, ST_Y(d.location) AS lat, ST_X(d.location) AS lon
FROM unnest($1::text[], $2::text[]) AS r (name, geojson)
CROSS JOIN LATERAL ST_IsValidDetail(ST_GeomFromGeoJSON(r.geojson)) AS d
WHERE NOT d.valid
ORDER BY r.name;

-- name: store_set
-- $1 name, $2 source, $3 licence, $4 attribution, $5 sha256.
INSERT INTO core.boundary_sets (name, source, licence, attribution, sha256)
VALUES ($1, $2, $3, $4, $5)
RETURNING id;

-- name: store_trial_set
-- A set that is only looked at and rolled back: number 0, so that none is used up. Parameters as in store_set.
INSERT INTO core.boundary_sets (id, name, source, licence, attribution, sha256)
OVERRIDING SYSTEM VALUE
VALUES (0, $1, $2, $3, $4, $5)
RETURNING id;

-- name: store_regions
-- $1 set, then one array a column: ids, codes, names, time zones, official areas, geometries as GeoJSON.
-- A shape is made valid first, for only then can it be cut; what lies beyond ±180 moves to the other side of the world.
INSERT INTO core.regions (set_id, id, iso, name, time_zone, official_area_km2, area_km2, geom)
SELECT $1::smallint, r.id, r.iso, r.name, r.time_zone, r.official_area_km2, ST_Area(w.geom::geography) / 1e6, w.geom
FROM unnest($2::smallint[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::text[])
    AS r (id, iso, name, time_zone, official_area_km2, geojson)
CROSS JOIN LATERAL (SELECT ST_MakeValid(ST_SetSRID(ST_Force2D(ST_GeomFromGeoJSON(r.geojson)), 4326)) AS geom) AS v
CROSS JOIN LATERAL (
    SELECT ST_Multi(ST_CollectionExtract(
        CASE
            WHEN ST_XMax(v.geom) > 180 OR ST_XMin(v.geom) < -180
                THEN ST_MakeValid(ST_WrapX(ST_WrapX(v.geom, 180, -360), -180, 360))
            ELSE v.geom
        END, 3
    )) AS geom
) AS w;

-- name: empty_regions
-- Regions of set $1 of whose shape nothing was left when it was repaired.
SELECT name FROM core.regions WHERE set_id = $1::smallint AND ST_IsEmpty(geom) ORDER BY id;

-- name: store_parts
-- $1 set, $2 vertices a part at most.
INSERT INTO core.region_parts (set_id, region_id, geom)
SELECT r.set_id, r.id, p.geom
FROM core.regions AS r
CROSS JOIN LATERAL ST_Subdivide(r.geom, $2::integer) AS s (geom)
CROSS JOIN LATERAL ST_Dump(s.geom) AS p
WHERE r.set_id = $1::smallint AND ST_Dimension(p.geom) = 2 AND NOT ST_IsEmpty(p.geom);

-- name: store_outlines
-- The outlines for maps: simplified to some five kilometres, islands of less than about a hundred square kilometres left out.
-- $1 set
INSERT INTO core.region_outlines (set_id, region_id, number, polygon)
SELECT
    r.set_id, r.id, row_number() OVER (PARTITION BY r.id ORDER BY part.path),
    (
        SELECT '[' || string_agg(ring, ',' ORDER BY number) || ']'
        FROM (
            SELECT
                d.path[1] AS number,
                '[' || string_agg(
                    format('[%s,%s]', round(ST_Y(v.geom)::numeric, 3), round(ST_X(v.geom)::numeric, 3)), ',' ORDER BY v.path
                ) || ']' AS ring
            FROM ST_DumpRings(part.geom) AS d
            CROSS JOIN LATERAL ST_DumpPoints(ST_ExteriorRing(d.geom)) AS v
            GROUP BY d.path[1]
        ) AS rings
    )
FROM core.regions AS r
CROSS JOIN LATERAL ST_Dump(ST_SimplifyPreserveTopology(r.geom, 0.05)) AS part
WHERE r.set_id = $1::smallint AND ST_NPoints(part.geom) > 3 AND ST_Area(part.geom) > 0.01;

-- name: store_foreign
-- $1 set, $2 polygons of foreign land as GeoJSON, $3 vertices a part at most.
INSERT INTO core.foreign_parts (set_id, geom)
SELECT $1::smallint, p.geom
FROM unnest($2::text[]) AS f (geojson)
CROSS JOIN LATERAL ST_Subdivide(ST_MakeValid(ST_GeomFromGeoJSON(f.geojson)), $3::integer) AS s (geom)
CROSS JOIN LATERAL ST_Dump(s.geom) AS p
WHERE ST_Dimension(p.geom) = 2 AND NOT ST_IsEmpty(p.geom);

-- name: store_time_zones
-- $1 set, then one array a column: zones, the zones of the regions they lie in, shapes as GeoJSON; $5 vertices a part at most.
-- A shape goes to the region with that zone which holds most of it: a neighbour with the same zone only touches it.
INSERT INTO core.time_zone_parts (set_id, region_id, time_zone, geom)
SELECT $1::smallint, r.id, z.time_zone, p.geom
FROM unnest($2::text[], $3::text[], $4::text[]) AS z (time_zone, region_time_zone, geojson)
CROSS JOIN LATERAL (SELECT ST_MakeValid(ST_GeomFromGeoJSON(z.geojson)) AS geom) AS v
JOIN core.regions AS r ON r.set_id = $1::smallint AND r.time_zone = z.region_time_zone AND r.geom && v.geom
CROSS JOIN LATERAL ST_Subdivide(v.geom, $5::integer) AS s (geom)
CROSS JOIN LATERAL ST_Dump(s.geom) AS p
WHERE ST_Dimension(p.geom) = 2 AND NOT ST_IsEmpty(p.geom)
    AND ST_Area(ST_Intersection(r.geom, v.geom)) > ST_Area(v.geom) / 2;

-- name: list_sets
SELECT s.id, s.name, s.source, s.licence, s.attribution, s.sha256, s.loaded_at, s.active, count(r.id) AS regions
FROM core.boundary_sets AS s
LEFT JOIN core.regions AS r ON r.set_id = s.id
GROUP BY s.id
ORDER BY s.id;

-- name: export_regions
-- The regions of set $1 as GeoJSON features, one a row.
SELECT json_build_object(
    'type', 'Feature',
    'properties', json_build_object(
        'id', id, 'iso', iso, 'name', name, 'time_zone', time_zone, 'official_area_km2', official_area_km2, 'area_km2', area_km2
    ),
    'geometry', ST_AsGeoJSON(geom, 9)::json
)::text AS feature
FROM core.regions
WHERE set_id = $1::smallint
ORDER BY id;
