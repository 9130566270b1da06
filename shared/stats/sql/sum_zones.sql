-- Sum up parts of zones, as sum_counts.sql does. Set 0 of a part stands for zones that wait to be measured.
INSERT INTO mart.zone_counts (
    span, start, start_moscow, start_local, region_id, set_id, flights, named, circles, polygons, routes, measured,
    touching, share_millionths, names, names_n
)
WITH parts AS MATERIALIZED (
    {parts}
), sums AS MATERIALIZED (
    SELECT
        row_number() OVER () AS number, made, first, first_moscow, first_local, region_id,
        CASE WHEN made = 'day' THEN nullif(min(set_id), 0) END AS set_id,
        sum(flights) AS flights, sum(named) AS named,
        sum(circles) AS circles, sum(polygons) AS polygons, sum(routes) AS routes, sum(measured) AS measured,
        sum(touching) AS touching, sum(share_millionths) AS share_millionths
    FROM parts
    GROUP BY made, first, first_moscow, first_local, region_id
    HAVING sum(flights) > 0 OR sum(touching) > 0 OR sum(measured) > 0
), counted AS (
    SELECT number, name, sum(coalesce(n, 1))::integer AS n
    FROM (
        SELECT s.number, unnest(p.names) COLLATE "C" AS name, unnest(p.names_n) AS n
        FROM parts AS p
        JOIN sums AS s USING (made, first, first_moscow, first_local, region_id)
    ) AS listed
    GROUP BY number, name
    HAVING sum(coalesce(n, 1)) <> 0
), named AS (
    SELECT number, array_agg(name) AS names, array_agg(n) AS names_n FROM counted GROUP BY number
)
SELECT
    made, first, first_moscow, first_local, region_id, set_id, s.flights, s.named, s.circles, s.polygons, s.routes,
    s.measured, s.touching, s.share_millionths, n.names, n.names_n
FROM sums AS s
LEFT JOIN named AS n USING (number)
