-- What taking a load back would do, for a role that may not read the rows: it learns two numbers and no text.
CREATE FUNCTION core.withdrawal_preview(load bigint, OUT flights_gone bigint, OUT flights_rebuilt bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    WITH flights AS (
        SELECT DISTINCT flight_key FROM raw.rows WHERE load_id = load
    ), judged AS (
        SELECT EXISTS (
            SELECT FROM raw.rows AS r
            WHERE r.flight_key = f.flight_key AND (r.load_id <> load OR EXISTS (
                SELECT FROM raw.repeats AS p
                WHERE p.flight_key = r.flight_key AND p.row_hash = r.row_hash AND p.load_id <> load
            ))
        ) AS stays
        FROM flights AS f
    )
    SELECT count(*) FILTER (WHERE NOT stays), count(*) FILTER (WHERE stays) FROM judged
$$;

REVOKE ALL ON FUNCTION core.withdrawal_preview(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.withdrawal_preview(bigint) TO fp_api, fp_ingest;
GRANT INSERT (load_id, requested_by, reason) ON core.withdrawals TO fp_api;
