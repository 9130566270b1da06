-- How many flights each region has, by number; 0 stands for points outside all regions, -1 for flights without a point.
SELECT coalesce(region_id, CASE region_match WHEN 'none' THEN -1 ELSE 0 END)::integer AS id, count(*) AS flights
FROM core.flights
GROUP BY 1;
