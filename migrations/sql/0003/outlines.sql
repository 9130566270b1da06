-- The outlines for maps: simplified to some five kilometres, islands of less than about a hundred square kilometres left out.
INSERT INTO core.region_outlines (set_id, region_id, number, polygon)
SELECT
    r.set_id, r.id, row_number() OVER (PARTITION BY r.set_id, r.id ORDER BY part.path),
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
WHERE ST_NPoints(part.geom) > 3 AND ST_Area(part.geom) > 0.01;
