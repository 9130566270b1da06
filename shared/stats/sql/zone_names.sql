-- The zones most often named, and how many different ones are named at all.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 how many are told
SELECT name, sum(coalesce(n, 1))::bigint AS flights, count(*) OVER () AS names
FROM (
    SELECT unnest(c.names) COLLATE "C" AS name, unnest(c.names_n) AS n
    FROM mart.cover($1::date, $2::date) AS p
    JOIN mart.zone_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
) AS listed
GROUP BY name
ORDER BY flights DESC, name
LIMIT $4::integer
