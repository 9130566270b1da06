-- How many flights of a selection fulfil {narrowed}, the conditions of shared/stats/flight_conditions.py.
-- $1 first day, $2 last day, $3 region (null: all), $4 type (null: all), $5 states (null: all)
SELECT count(*)
FROM core.flights AS f
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
WHERE f.day BETWEEN $1::date - 1 AND $2::date + 1 AND {flight_day} BETWEEN $1::date AND $2::date
  AND ($3::smallint IS NULL OR f.region_id = $3)
  AND ($4::text IS NULL OR coalesce(f.uav_type, '') = $4)
  AND ($5::text[] IS NULL OR f.state = ANY($5)){narrowed}
