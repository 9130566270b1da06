SELECT
    $1::text AS made, s.first, date_trunc($1::text, c.start_moscow::timestamp)::date AS first_moscow,
    date_trunc($1::text, c.start_local::timestamp)::date AS first_local, c.*
FROM (
    SELECT DISTINCT date_trunc($1::text, day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
) AS s
JOIN mart.{table} AS c
    ON c.span = $2::text AND c.start >= s.first AND c.start < s.first + ('1 ' || $1::text)::interval
