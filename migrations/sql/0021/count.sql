-- Count the zones of all days anew by state, then months and years; what was measured stays measured.
INSERT INTO core.zones (zone, outline)
SELECT DISTINCT ON (zone) md5(zone::text)::uuid, zone FROM core.flights
WHERE zone ->> 'kind' IN ('circle', 'polygon') AND state <> 'cancelled' AND day IS NOT NULL
ON CONFLICT DO NOTHING;

CREATE TEMP TABLE told_zones ON COMMIT DROP AS
SELECT
    f.day AS start,
    coalesce(l.moscow::date, f.day) AS start_moscow,
    coalesce(coalesce(l.local, l.moscow)::date, f.day) AS start_local,
    coalesce(f.region_id, 0)::smallint AS region_id, f.state,
    f.zone ->> 'kind' AS kind,
    CASE WHEN f.zone ->> 'kind' = 'named' THEN f.zone -> 'names' END AS names,
    CASE WHEN f.zone ->> 'kind' IN ('circle', 'polygon') THEN md5(f.zone::text)::uuid END AS zone
FROM core.flights AS f
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
CROSS JOIN LATERAL (
    SELECT
        coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE 'Europe/Moscow' AS moscow,
        coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE coalesce(f.time_zone, r.time_zone) AS local
    OFFSET 0
) AS l
WHERE f.day IS NOT NULL AND f.state <> 'cancelled';

INSERT INTO mart.zone_counts (
    span, start, start_moscow, start_local, region_id, state, set_id, flights, named, circles, polygons, routes, measured,
    touching, share_millionths, names
)
WITH flights AS (
    SELECT
        t.*, EXISTS (
            SELECT FROM core.zone_shares AS s
            JOIN core.boundary_sets AS b ON b.id = s.set_id AND b.active
            WHERE s.zone = t.zone
        ) AS measured
    FROM told_zones AS t
), own AS (
    SELECT
        start, start_moscow, start_local, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id,
        state, count(*) AS flights,
        count(*) FILTER (WHERE kind = 'named') AS named,
        count(*) FILTER (WHERE kind = 'circle') AS circles,
        count(*) FILTER (WHERE kind = 'polygon') AS polygons,
        count(*) FILTER (WHERE kind = 'route') AS routes,
        count(*) FILTER (WHERE measured) AS measured
    FROM flights
    GROUP BY GROUPING SETS (
        (start, start_moscow, start_local, region_id, state), (start, start_moscow, start_local, state)
    )
), named AS (
    SELECT
        start, start_moscow, start_local, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id,
        state, array_agg(n.name) AS names
    FROM flights AS t
    CROSS JOIN LATERAL (SELECT DISTINCT name FROM jsonb_array_elements_text(t.names) AS e (name)) AS n
    WHERE n.name ~ '^[A-Z]{0,4}[0-9]{1,8}[A-Z]?$'
    GROUP BY GROUPING SETS (
        (start, start_moscow, start_local, region_id, state), (start, start_moscow, start_local, state)
    )
), shared AS (
    SELECT
        t.start, t.start_moscow, t.start_local,
        CASE s.region_id WHEN -1 THEN t.region_id ELSE s.region_id END AS region_id,
        t.state, count(*) AS touching, sum(s.millionths) AS millionths
    FROM told_zones AS t
    JOIN core.boundary_sets AS b ON b.active
    JOIN core.zone_shares AS s ON s.zone = t.zone AND s.set_id = b.id
    GROUP BY 1, 2, 3, 4, 5
)
SELECT
    'day', start, start_moscow, start_local, region_id, state, (SELECT id FROM core.boundary_sets WHERE active),
    coalesce(o.flights, 0), coalesce(o.named, 0), coalesce(o.circles, 0), coalesce(o.polygons, 0),
    coalesce(o.routes, 0), coalesce(o.measured, 0), coalesce(s.touching, 0), coalesce(s.millionths, 0), n.names
FROM own AS o
FULL JOIN shared AS s USING (start, start_moscow, start_local, region_id, state)
LEFT JOIN named AS n USING (start, start_moscow, start_local, region_id, state);

DROP TABLE told_zones;

INSERT INTO mart.zone_counts (
    span, start, start_moscow, start_local, region_id, state, flights, named, circles, polygons, routes, measured,
    touching, share_millionths, names, names_n
)
WITH parts AS MATERIALIZED (
    SELECT
        s.span AS made, date_trunc(s.span, c.start::timestamp)::date AS first,
        date_trunc(s.span, c.start_moscow::timestamp)::date AS first_moscow,
        date_trunc(s.span, c.start_local::timestamp)::date AS first_local, c.*
    FROM mart.zone_counts AS c
    CROSS JOIN (VALUES ('month'), ('year')) AS s (span)
    WHERE c.span = 'day'
), sums AS (
    SELECT
        made, first, first_moscow, first_local, region_id, state, sum(flights) AS flights, sum(named) AS named,
        sum(circles) AS circles, sum(polygons) AS polygons, sum(routes) AS routes, sum(measured) AS measured,
        sum(touching) AS touching, sum(share_millionths) AS share_millionths
    FROM parts
    GROUP BY made, first, first_moscow, first_local, region_id, state
), counted AS (
    SELECT made, first, first_moscow, first_local, region_id, state, name, count(*)::integer AS n
    FROM parts
    CROSS JOIN LATERAL unnest(names) AS each (name)
    GROUP BY made, first, first_moscow, first_local, region_id, state, name
), named AS (
    SELECT made, first, first_moscow, first_local, region_id, state, array_agg(name) AS names, array_agg(n) AS names_n
    FROM counted
    GROUP BY made, first, first_moscow, first_local, region_id, state
)
SELECT
    made, first, first_moscow, first_local, region_id, state, s.flights, s.named, s.circles, s.polygons, s.routes,
    s.measured, s.touching, s.share_millionths, n.names, n.names_n
FROM sums AS s
LEFT JOIN named AS n USING (made, first, first_moscow, first_local, region_id, state);
