-- Flights of each day that has any, by region: days since 1970-01-01 and numbers as two lists side by side.
-- $1 first day, $2 last day, $3 region (-1: the whole country; null: each region), $4 type (null: all),
-- $5 state (null: all)
SELECT region_id, array_agg(day) AS days, array_agg(flights) AS flights
FROM (
    SELECT c.region_id, c.{start} - date '1970-01-01' AS day, sum(c.flights)::integer AS flights
    FROM mart.flight_counts AS c
    WHERE c.span = 'day' AND c.{start} BETWEEN $1::date AND $2::date
      AND CASE WHEN $3::smallint IS NULL THEN c.region_id > 0 ELSE c.region_id = $3 END
      AND c.state <> 'cancelled' AND ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
    GROUP BY c.region_id, c.{start}
) AS counted
GROUP BY region_id
