-- Loads that are in, read anew or taken back.

-- name: kept_rows
-- Every row of a load that is kept, in the order of its workbook: those of a flight in each of their places, and rejects.
-- $1 load
SELECT p.ordinal, p.sheet, p.row_number, r.center, r.shr, r.dep, r.arr, r.cells
FROM (
    SELECT flight_key, row_hash, ordinal, sheet, row_number FROM raw.rows WHERE load_id = $1
    UNION ALL
    SELECT flight_key, row_hash, ordinal, sheet, row_number FROM raw.repeats WHERE load_id = $1
) AS p
JOIN raw.rows AS r USING (flight_key, row_hash)
UNION ALL
SELECT ordinal, sheet, row_number, center, shr, dep, arr, cells FROM raw.rejects WHERE load_id = $1
ORDER BY ordinal;

-- name: forget_rows
-- Take a load's rows back: one that stands elsewhere too bears the newest of its other places, the others go. Their flights
-- are touched. The load's own places in raw.repeats are gone before.
-- $1 load
WITH heirs AS (
    SELECT DISTINCT ON (p.flight_key, p.row_hash) p.*
    FROM raw.rows AS r
    JOIN raw.repeats AS p USING (flight_key, row_hash)
    JOIN core.loads AS l ON l.id = p.load_id
    WHERE r.load_id = $1
    ORDER BY p.flight_key, p.row_hash, l.source_at DESC, l.sha256 DESC, p.ordinal DESC
), taken AS (
    DELETE FROM raw.repeats AS p
    USING heirs AS h
    WHERE (p.flight_key, p.row_hash, p.load_id, p.ordinal) = (h.flight_key, h.row_hash, h.load_id, h.ordinal)
), inherited AS (
    UPDATE raw.rows AS r
    SET load_id = h.load_id, sheet = h.sheet, row_number = h.row_number, ordinal = h.ordinal
    FROM heirs AS h
    WHERE (r.flight_key, r.row_hash) = (h.flight_key, h.row_hash)
    RETURNING r.flight_key
), gone AS (
    DELETE FROM raw.rows AS r
    WHERE r.load_id = $1 AND NOT EXISTS (
        SELECT FROM heirs AS h WHERE (r.flight_key, r.row_hash) = (h.flight_key, h.row_hash)
    )
    RETURNING r.flight_key
)
INSERT INTO stage_touched
SELECT flight_key FROM inherited UNION SELECT flight_key FROM gone
ON CONFLICT DO NOTHING;

-- name: several_touched
-- Every touched flight of which a row is left.
INSERT INTO stage_several (flight_key, number)
SELECT t.flight_key, row_number() OVER (ORDER BY t.flight_key)
FROM stage_touched AS t
WHERE EXISTS (SELECT FROM raw.rows AS r WHERE r.flight_key = t.flight_key);

-- name: touch_current
-- Flights all of whose rows the parser of revision $1 has read.
INSERT INTO stage_touched
SELECT r.flight_key
FROM raw.rows AS r
JOIN core.loads AS l ON l.id = r.load_id
GROUP BY r.flight_key
HAVING bool_and(l.parser_revision = $1);

-- name: reread
-- A load's line after its rows were read anew. How many of its flights were new or changed when it came stays history, as
-- far as the sum allows. $1 load, $2 rows that are empty now, $3 flights it speaks of, $4 parser's revision
UPDATE core.loads AS l SET
    rows_empty = n.empty,
    rows_rejected = n.rejected,
    rows_repeated = l.rows_in - n.empty - n.rejected - $3::integer,
    flights_new = n.new,
    flights_updated = least(l.flights_updated, $3::integer - n.new),
    flights_unchanged = $3::integer - n.new - least(l.flights_updated, $3::integer - n.new),
    parser_revision = $4::integer,
    problems = (
        SELECT coalesce(jsonb_object_agg(code, flights), '{}')
        FROM (
            SELECT code, count(*) AS flights
            FROM (SELECT DISTINCT flight_key FROM stage_rows) AS said
            JOIN core.flights AS f ON f.key = said.flight_key
            CROSS JOIN unnest(f.problems) AS code
            WHERE f.problems <> '{}'
            GROUP BY code
        ) AS counted
    )
FROM (
    SELECT
        o.rows_empty + $2::integer AS empty,
        (SELECT count(*)::integer FROM core.rejects WHERE load_id = $1) AS rejected,
        least(o.flights_new, $3::integer) AS new
    FROM core.loads AS o WHERE o.id = $1
) AS n
WHERE l.id = $1;

-- name: differences
-- The touched flights that come, go or change, as they are and as they will be; fields are those of both sides.
WITH staged AS (
    SELECT
        s.key, p.region_id,
        to_jsonb(s) - '{ordinal,position_lat,position_lon}'::text[] || jsonb_build_object(
            'position', CASE WHEN s.position_lat IS NOT NULL THEN jsonb_build_array(s.position_lon, s.position_lat) END,
            'region_id', p.region_id, 'region_match', coalesce(p.region_match, 'none'), 'time_zone', p.time_zone
        ) AS form
    FROM stage_flights AS s
    JOIN stage_touched AS t ON t.flight_key = s.key
    LEFT JOIN stage_points AS p ON p.lat = s.position_lat AND p.lon = s.position_lon
    WHERE NOT EXISTS (SELECT FROM stage_flights AS n WHERE n.key = s.key AND n.ordinal > s.ordinal)
), stored AS (
    SELECT
        f.key, f.region_id,
        to_jsonb(f) - '{load_id}'::text[] || jsonb_build_object(
            'position', CASE WHEN f.position IS NOT NULL THEN jsonb_build_array(ST_X(f.position), ST_Y(f.position)) END
        ) AS form,
        EXISTS (SELECT FROM raw.rows AS r WHERE r.flight_key = f.key) AS has_rows
    FROM core.flights AS f
    JOIN stage_touched AS t ON t.flight_key = f.key
)
SELECT
    key,
    CASE WHEN o.key IS NULL THEN 'new' WHEN n.key IS NULL THEN 'gone' ELSE 'changed' END AS kind,
    CASE WHEN o.key IS NOT NULL AND n.key IS NOT NULL THEN (
        SELECT array_agg(was.key ORDER BY was.key)
        FROM jsonb_each(o.form) AS was JOIN jsonb_each(n.form) AS now USING (key)
        WHERE was.value IS DISTINCT FROM now.value
    ) END AS fields,
    o.region_id AS region_before,
    n.region_id AS region_after
FROM stored AS o
FULL JOIN staged AS n USING (key)
WHERE o.form IS DISTINCT FROM n.form
    -- Of which no row can be read, it stays.
    AND NOT (n.key IS NULL AND o.has_rows);

-- name: forget_flights
-- A touched flight of which no row speaks any more goes; tells how many went.
WITH gone AS (
    DELETE FROM core.flights AS f
    USING stage_touched AS t
    WHERE f.key = t.flight_key AND NOT EXISTS (SELECT FROM raw.rows AS r WHERE r.flight_key = f.key)
    RETURNING f.key
)
SELECT count(*) FROM gone;
