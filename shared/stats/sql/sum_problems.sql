-- Sum up parts of problems, as sum_counts.sql does.
INSERT INTO mart.problem_counts (span, start, start_moscow, start_local, region_id, center, code, flights)
WITH parts AS (
    {parts}
)
SELECT made, first, first_moscow, first_local, region_id, center, code, sum(flights)
FROM parts
GROUP BY made, first, first_moscow, first_local, region_id, center, code
HAVING sum(flights) > 0
