CREATE VIEW mart.region_polygons AS
SELECT coalesce(r.iso, r.id::text) AS region, r.name AS region_name, o.polygon
FROM core.region_outlines AS o
JOIN core.regions AS r ON r.set_id = o.set_id AND r.id = o.region_id
JOIN core.boundary_sets AS s ON s.id = r.set_id AND s.active;

COMMENT ON VIEW mart.region_polygons IS 'Контуры регионов для фоновой карты, строка на каждую часть; мелкие острова опущены';
COMMENT ON COLUMN mart.region_polygons.region IS 'Код региона по ISO 3166-2';
COMMENT ON COLUMN mart.region_polygons.region_name IS 'Регион';
COMMENT ON COLUMN mart.region_polygons.polygon IS 'Контур: [[[широта,долгота], ...], [отверстие] ...]';
