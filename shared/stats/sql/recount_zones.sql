-- Count the zones of the flights of stage_days anew: what kinds there are, the names that name them, and how much of the
-- zones with an area lies in each region (core.zone_shares; a share of region -1 counts for the flight's own region).
-- Zones that have not been measured yet are noted, and count for the flight's own region until they are.
CREATE TEMP TABLE told_zones ON COMMIT DROP AS
SELECT
    f.day AS start,
    coalesce(l.moscow::date, f.day) AS start_moscow,
    coalesce(coalesce(l.local, l.moscow)::date, f.day) AS start_local,
    coalesce(f.region_id, 0)::smallint AS region_id,
    f.zone ->> 'kind' AS kind,
    CASE WHEN f.zone ->> 'kind' = 'named' THEN f.zone -> 'names' END AS names,
    CASE WHEN f.zone ->> 'kind' IN ('circle', 'polygon') THEN f.zone END AS outline,
    CASE WHEN f.zone ->> 'kind' IN ('circle', 'polygon') THEN md5(f.zone::text)::uuid END AS zone,
    false AS measured
FROM stage_days AS d
JOIN core.flights AS f ON f.day = d.day AND f.state <> 'cancelled'
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
CROSS JOIN LATERAL (
    SELECT
        coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE 'Europe/Moscow' AS moscow,
        coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE coalesce(f.time_zone, r.time_zone) AS local
    OFFSET 0
) AS l;

INSERT INTO core.zones (zone, outline)
SELECT DISTINCT ON (zone) zone, outline FROM told_zones WHERE zone IS NOT NULL
ON CONFLICT DO NOTHING;

UPDATE told_zones AS t SET measured = true
WHERE t.zone IS NOT NULL AND EXISTS (
    SELECT FROM core.zone_shares AS s
    JOIN core.boundary_sets AS b ON b.id = s.set_id AND b.active
    WHERE s.zone = t.zone
);

DELETE FROM mart.zone_counts AS c USING stage_days AS d WHERE c.span = 'day' AND c.start = d.day;

INSERT INTO mart.zone_counts (
    span, start, start_moscow, start_local, region_id, set_id, flights, named, circles, polygons, routes, measured,
    touching, share_millionths, names
)
WITH own AS (
    SELECT
        start, start_moscow, start_local, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id,
        count(*) AS flights,
        count(*) FILTER (WHERE kind = 'named') AS named,
        count(*) FILTER (WHERE kind = 'circle') AS circles,
        count(*) FILTER (WHERE kind = 'polygon') AS polygons,
        count(*) FILTER (WHERE kind = 'route') AS routes,
        count(*) FILTER (WHERE measured) AS measured
    FROM told_zones
    GROUP BY GROUPING SETS ((start, start_moscow, start_local, region_id), (start, start_moscow, start_local))
), named AS (
    SELECT
        start, start_moscow, start_local, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id,
        array_agg(n.name) AS names
    FROM told_zones AS t
    CROSS JOIN LATERAL (SELECT DISTINCT name FROM jsonb_array_elements_text(t.names) AS e (name)) AS n
    -- Names of zones have digits; words are left alone, since anything may stand there.
    WHERE n.name ~ '^[A-Z]{0,4}[0-9]{1,8}[A-Z]?$'
    GROUP BY GROUPING SETS ((start, start_moscow, start_local, region_id), (start, start_moscow, start_local))
), shared AS (
    SELECT
        t.start, t.start_moscow, t.start_local,
        CASE s.region_id WHEN -1 THEN t.region_id ELSE s.region_id END AS region_id,
        count(*) AS touching, sum(s.millionths) AS millionths
    FROM told_zones AS t
    JOIN core.boundary_sets AS b ON b.active
    JOIN core.zone_shares AS s ON s.zone = t.zone AND s.set_id = b.id
    GROUP BY 1, 2, 3, 4
)
SELECT
    'day', start, start_moscow, start_local, region_id, (SELECT id FROM core.boundary_sets WHERE active),
    coalesce(o.flights, 0), coalesce(o.named, 0), coalesce(o.circles, 0), coalesce(o.polygons, 0),
    coalesce(o.routes, 0), coalesce(o.measured, 0), coalesce(s.touching, 0), coalesce(s.millionths, 0), n.names
FROM own AS o
FULL JOIN shared AS s USING (start, start_moscow, start_local, region_id)
LEFT JOIN named AS n USING (start, start_moscow, start_local, region_id);

DROP TABLE told_zones;
