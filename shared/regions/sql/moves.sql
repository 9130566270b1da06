-- How many flights went from which region to which (0: outside all), and the days they are counted under.
SELECT coalesce(region_before, 0) AS before, coalesce(region_id, 0) AS after, count(*) AS flights
FROM stage_moved
GROUP BY 1, 2
ORDER BY 1, 2;
