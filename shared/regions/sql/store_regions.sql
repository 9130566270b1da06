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
