-- How many flights of a period there are, and how many carry one of the codes $6, by region and by centre.
-- $1 first day, $2 last day, $3 region (null: all), $4 type (null: all), $5 state (null: all), $6 codes
SELECT
    grouping(f.center) = 0 AS by_centre,
    coalesce(r.iso, r.region_id::text) AS region, r.name, f.center AS centre,
    count(*) AS flights, count(*) FILTER (WHERE f.problems && $6::text[]) AS doubtful
FROM core.flights AS f
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
WHERE f.day BETWEEN $1::date - 1 AND $2::date + 1 AND {flight_day} BETWEEN $1::date AND $2::date
  AND f.state <> 'cancelled'
  AND ($3::smallint IS NULL OR f.region_id = $3)
  AND ($4::text IS NULL OR coalesce(f.uav_type, '') = $4)
  AND ($5::text IS NULL OR f.state = $5)
GROUP BY GROUPING SETS ((r.iso, r.region_id, r.name), (f.center))
ORDER BY doubtful DESC, flights DESC, region, centre
