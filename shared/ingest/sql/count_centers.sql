-- Count the rows of a load by centre: those that speak of a flight as the reader named its centre, rejected ones by the
-- names given. A row without a known centre counts under an empty name.
-- $1 load, $2 texts of centres in rejected rows, $3 the centres that they name
WITH named AS (
    SELECT * FROM unnest($2::text[], $3::text[]) AS n (text, name)
), counted AS (
    SELECT coalesce(center, '') AS center, count(*) AS rows, 0 AS rejected
    FROM stage_flights
    WHERE ordinal < 1 << 30
    GROUP BY 1
    UNION ALL
    SELECT coalesce(n.name, ''), count(*), count(*)
    FROM stage_rejects AS r
    LEFT JOIN named AS n ON n.text = r.center
    GROUP BY 1
)
INSERT INTO core.load_centers (load_id, center, rows, rejected)
SELECT $1::bigint, center, sum(rows), sum(rejected)
FROM counted
GROUP BY center
