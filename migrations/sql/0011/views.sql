-- Zones of flights for dashboards.
CREATE VIEW mart.zone_names AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    n.name AS zone, n.flights
FROM mart.zone_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
CROSS JOIN LATERAL unnest(c.names, c.names_n) AS n (name, flights)
WHERE c.span = 'month' AND c.region_id >= 0;

CREATE VIEW mart.zone_regions AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    c.flights, c.named, c.circles, c.polygons, c.routes, c.measured, c.touching,
    round(c.flights - c.measured + c.share_millionths / 1000000.0, 6) AS by_area
FROM mart.zone_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.span = 'month' AND c.region_id >= 0;

COMMENT ON VIEW mart.zone_names IS 'Зоны, названные в телеграммах, по месяцам и регионам';
COMMENT ON COLUMN mart.zone_names.month IS 'Первый день месяца по московскому времени';
COMMENT ON COLUMN mart.zone_names.month_local IS 'Первый день месяца по времени места полёта';
COMMENT ON COLUMN mart.zone_names.month_utc IS 'Первый день месяца, UTC';
COMMENT ON COLUMN mart.zone_names.region IS 'Код региона по ISO 3166-2; пусто, если региона нет';
COMMENT ON COLUMN mart.zone_names.region_name IS 'Регион полёта';
COMMENT ON COLUMN mart.zone_names.zone IS 'Обозначение зоны';
COMMENT ON COLUMN mart.zone_names.flights IS 'Число полётов без отменённых, в которых она названа';

COMMENT ON VIEW mart.zone_regions IS 'Полёты регионов по виду зоны и доли зон, лежащие в регионе, по месяцам';
COMMENT ON COLUMN mart.zone_regions.month IS 'Первый день месяца по московскому времени';
COMMENT ON COLUMN mart.zone_regions.month_local IS 'Первый день месяца по времени места полёта';
COMMENT ON COLUMN mart.zone_regions.month_utc IS 'Первый день месяца, UTC';
COMMENT ON COLUMN mart.zone_regions.region IS 'Код региона по ISO 3166-2; пусто, если региона нет';
COMMENT ON COLUMN mart.zone_regions.region_name IS 'Регион';
COMMENT ON COLUMN mart.zone_regions.flights IS 'Число полётов региона без отменённых';
COMMENT ON COLUMN mart.zone_regions.named IS 'Из них с названной зоной';
COMMENT ON COLUMN mart.zone_regions.circles IS 'Из них с зоной в виде круга';
COMMENT ON COLUMN mart.zone_regions.polygons IS 'Из них с зоной в виде многоугольника';
COMMENT ON COLUMN mart.zone_regions.routes IS 'Из них с маршрутом';
COMMENT ON COLUMN mart.zone_regions.measured IS 'Круги и многоугольники, площадь которых уже разнесена по регионам';
COMMENT ON COLUMN mart.zone_regions.touching IS 'Полёты всех регионов, зона которых заходит в этот регион';
COMMENT ON COLUMN mart.zone_regions.by_area IS 'Полёты, разнесённые между регионами по площади зон';
