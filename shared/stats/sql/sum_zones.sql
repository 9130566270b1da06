-- Sum up the zones of the months that hold a day of stage_days from their days, or of the years from their months.
-- $1 month or year, $2 what it is made of: day or month
INSERT INTO mart.zone_counts (
    span, start, start_moscow, start_local, region_id, flights, named, circles, polygons, routes, measured, touching,
    share_millionths, names, names_n
)
WITH spans AS (
    SELECT DISTINCT date_trunc($1::text, day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, date_trunc($1::text, c.start_moscow::timestamp)::date AS first_moscow,
        date_trunc($1::text, c.start_local::timestamp)::date AS first_local, c.*
    FROM spans AS s
    JOIN mart.zone_counts AS c
        ON c.span = $2::text AND c.start >= s.first AND c.start < s.first + ('1 ' || $1::text)::interval
), sums AS (
    SELECT
        first, first_moscow, first_local, region_id, sum(flights) AS flights, sum(named) AS named,
        sum(circles) AS circles, sum(polygons) AS polygons, sum(routes) AS routes, sum(measured) AS measured,
        sum(touching) AS touching, sum(share_millionths) AS share_millionths
    FROM parts
    GROUP BY first, first_moscow, first_local, region_id
), counted AS (
    SELECT first, first_moscow, first_local, region_id, name, sum(coalesce(n, 1))::integer AS n
    FROM (
        SELECT
            first, first_moscow, first_local, region_id, unnest(names) COLLATE "C" AS name, unnest(names_n) AS n
        FROM parts
    ) AS listed
    GROUP BY first, first_moscow, first_local, region_id, name
), named AS (
    SELECT first, first_moscow, first_local, region_id, array_agg(name) AS names, array_agg(n) AS names_n
    FROM counted
    GROUP BY first, first_moscow, first_local, region_id
)
SELECT
    $1::text, first, first_moscow, first_local, region_id, s.flights, s.named, s.circles, s.polygons, s.routes,
    s.measured, s.touching, s.share_millionths, n.names, n.names_n
FROM sums AS s
LEFT JOIN named AS n USING (first, first_moscow, first_local, region_id)
