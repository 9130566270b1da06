CREATE VIEW mart.regions AS
SELECT r.id AS region_id, r.iso, r.name, r.area_km2, r.official_area_km2, r.time_zone
FROM core.regions AS r
JOIN core.boundary_sets AS s ON s.id = r.set_id AND s.active;

COMMENT ON VIEW mart.regions IS 'The regions of the active boundary set';

CREATE VIEW mart.region_totals AS
SELECT
    r.region_id,
    r.iso,
    r.name,
    coalesce(sum(h.flights), 0) AS flights,
    coalesce(sum(h.aircraft), 0) AS aircraft,
    coalesce(sum(h.duration_min), 0) AS duration_min
FROM mart.regions AS r
LEFT JOIN mart.flights_hourly AS h ON h.region_id = r.region_id AND h.state <> 'cancelled'
GROUP BY r.region_id, r.iso, r.name;

COMMENT ON VIEW mart.region_totals IS 'Flights, aircraft and minutes flown of each region over all dated flights, cancelled ones left out';
