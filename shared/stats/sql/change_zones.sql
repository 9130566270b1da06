-- What the change adds to zones and takes from them, as change_counts.sql does. How much of a zone lies where is left as it
-- was: days in which a circle or polygon came or went wait (set 0) until the job "zones" counts them anew.
INSERT INTO core.zones (zone, outline)
SELECT DISTINCT md5(outline::text)::uuid, outline FROM flight_changes WHERE outline IS NOT NULL AND sign > 0
ON CONFLICT DO NOTHING;

CREATE TEMP TABLE changed_rows (LIKE mart.zone_counts) ON COMMIT DROP;

INSERT INTO changed_rows (
    span, start, start_moscow, start_local, region_id, set_id, flights, named, circles, polygons, routes, measured,
    touching, share_millionths, names, names_n
)
WITH counted AS (
    SELECT
        s.span, s.start, s.start_moscow, s.start_local, w.region_id,
        CASE WHEN s.span = 'day' AND bool_or(zone_kind IN ('circle', 'polygon')) THEN 0 END AS set_id,
        sum(sign) AS flights,
        coalesce(sum(sign) FILTER (WHERE zone_kind = 'named'), 0) AS named,
        coalesce(sum(sign) FILTER (WHERE zone_kind = 'circle'), 0) AS circles,
        coalesce(sum(sign) FILTER (WHERE zone_kind = 'polygon'), 0) AS polygons,
        coalesce(sum(sign) FILTER (WHERE zone_kind = 'route'), 0) AS routes
    FROM {spans}
    WHERE s.span <> 'undated' AND t.state <> 'cancelled'
    GROUP BY s.span, s.start, s.start_moscow, s.start_local, w.region_id
), named AS (
    SELECT
        s.span, s.start, s.start_moscow, s.start_local, w.region_id, array_agg(n.name) AS names, array_agg(t.sign) AS names_n
    FROM {spans}
    CROSS JOIN LATERAL unnest(t.zone_names) AS n (name)
    WHERE s.span <> 'undated' AND t.state <> 'cancelled'
    GROUP BY s.span, s.start, s.start_moscow, s.start_local, w.region_id
)
SELECT
    span, start, start_moscow, start_local, region_id, set_id, c.flights, c.named, c.circles, c.polygons, c.routes, 0, 0, 0,
    n.names, n.names_n
FROM counted AS c
LEFT JOIN named AS n USING (span, start, start_moscow, start_local, region_id);

ANALYZE changed_rows (span, start, start_moscow, start_local, region_id);

WITH gone AS (
    DELETE FROM mart.zone_counts AS c
    USING changed_rows AS n
    WHERE (c.span, c.start, c.region_id, c.start_moscow, c.start_local)
        = (n.span, n.start, n.region_id, n.start_moscow, n.start_local)
    RETURNING c.*
)
INSERT INTO changed_rows SELECT * FROM gone
