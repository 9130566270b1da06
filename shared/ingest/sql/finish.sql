-- The load is done, if it is still ours. No row comes back when somebody else has claimed it since.
UPDATE core.loads SET
    state = 'done',
    -- The hour of the clock: the transaction began before the work did.
    finished_at = clock_timestamp(),
    rows_in = $3, rows_empty = $4, rows_repeated = $5, rows_rejected = $6,
    flights_new = $7, flights_updated = $8, flights_unchanged = $9, flights_outside = $10,
    unread_sheets = $11,
    parser_revision = $12, rows_traced = true,
    problems = (
        SELECT coalesce(jsonb_object_agg(code, flights), '{}')
        FROM (
            SELECT code, count(*) AS flights
            FROM (SELECT DISTINCT flight_key FROM stage_rows) AS said
            JOIN core.flights AS f ON f.key = said.flight_key
            CROSS JOIN unnest(f.problems) AS code
            GROUP BY code
        ) AS counted
    )
WHERE id = $1 AND claim = $2 AND state = 'claimed'
RETURNING id;
