-- A touched flight of which no row speaks any more goes; tells how many went.
WITH gone AS (
    DELETE FROM core.flights AS f
    USING stage_touched AS t
    WHERE f.key = t.flight_key AND NOT EXISTS (SELECT FROM raw.rows AS r WHERE r.flight_key = f.key)
    RETURNING f.key
)
SELECT count(*) FROM gone;
