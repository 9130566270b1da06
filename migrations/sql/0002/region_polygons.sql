CREATE VIEW mart.region_polygons AS
SELECT
    coalesce(r.iso, r.id::text) AS region,
    r.name AS region_name,
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
    ) AS polygon
FROM core.regions AS r
JOIN core.boundary_sets AS s ON s.id = r.set_id AND s.active
CROSS JOIN LATERAL ST_Dump(ST_SimplifyPreserveTopology(r.geom, 0.05)) AS part
WHERE ST_NPoints(part.geom) > 3 AND ST_Area(part.geom) > 0.01;

COMMENT ON VIEW mart.region_polygons IS 'Контуры регионов для фоновой карты, строка на каждую часть; мелкие острова опущены';
COMMENT ON COLUMN mart.region_polygons.region IS 'Код региона по ISO 3166-2';
COMMENT ON COLUMN mart.region_polygons.region_name IS 'Регион';
COMMENT ON COLUMN mart.region_polygons.polygon IS 'Контур: [[[широта,долгота], ...], [отверстие] ...]';
