-- Zones by region: flights of the region by the kind of their zone, flights whose zone has an area in it, and the sum of the
-- shares of zones with an area, in millionths of a flight.
-- $1 first day, $2 last day
SELECT
    c.region_id, sum(c.flights)::bigint AS flights, sum(c.named)::bigint AS named, sum(c.circles)::bigint AS circles,
    sum(c.polygons)::bigint AS polygons, sum(c.routes)::bigint AS routes, sum(c.measured)::bigint AS measured,
    sum(c.touching)::bigint AS touching, sum(c.share_millionths)::bigint AS millionths
FROM mart.cover($1::date, $2::date) AS p
JOIN mart.zone_counts AS c ON c.span = p.span AND c.{start} = p.start
GROUP BY c.region_id
