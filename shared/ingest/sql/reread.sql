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
