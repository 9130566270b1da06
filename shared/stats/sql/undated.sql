-- Flights whose day is not known; no period holds them.
-- $1 region (-1: the whole country), $2 type (null: all), $3 state (null: all)
SELECT coalesce(sum(flights), 0)::bigint AS flights
FROM mart.flight_counts
WHERE span = 'undated' AND region_id = $1 AND state <> 'cancelled'
  AND ($2::text IS NULL OR uav_type = $2) AND ($3::text IS NULL OR state = $3)
