-- How many flights carry each code: of a period, and of those whose day is not known, which no period holds. Cancelled
-- flights are not counted, as everywhere.
-- $1 first day, $2 last day, $3 region (null: all), $4 type (null: all), $5 state (null: all)
SELECT
    code,
    count(*) FILTER (WHERE day IS NOT NULL) AS flights,
    count(*) FILTER (WHERE day IS NULL) AS undated
FROM (
    SELECT f.day, unnest(f.problems) AS code
    FROM core.flights AS f
    LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
    WHERE (f.day IS NULL OR (f.day BETWEEN $1::date - 1 AND $2::date + 1 AND {flight_day} BETWEEN $1::date AND $2::date))
      AND f.problems <> '{}' AND f.state <> 'cancelled'
      AND ($3::smallint IS NULL OR f.region_id = $3)
      AND ($4::text IS NULL OR coalesce(f.uav_type, '') = $4)
      AND ($5::text IS NULL OR f.state = $5)
) AS carried
GROUP BY code
ORDER BY flights DESC, undated DESC, code
