-- The rows of one flight for a role that may not read the table, oldest first: whoever asks leaves a line in the same
-- statement, so nobody reads a text unseen. A flight with more rows than anybody looks at is cut short.
CREATE FUNCTION core.flight_texts(flight uuid, reader text)
RETURNS TABLE (
    load_id bigint, source_at timestamptz, row_number integer, center text, shr text, dep text, arr text, cells jsonb
)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    INSERT INTO core.audit (who, action, details)
    VALUES (reader, 'read_telegrams', jsonb_build_object('flight', flight));
    SELECT r.load_id, l.source_at, r.row_number, r.center, r.shr, r.dep, r.arr, r.cells
    FROM raw.rows AS r
    JOIN core.loads AS l ON l.id = r.load_id
    WHERE r.flight_key = flight
    ORDER BY l.source_at, l.sha256, r.ordinal
    LIMIT 50
$$;

REVOKE ALL ON FUNCTION core.flight_texts(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.flight_texts(uuid, text) TO fp_api;
