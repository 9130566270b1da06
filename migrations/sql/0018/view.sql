-- The same columns and rows; it stays, for views of narrowed roles stand on it.
CREATE OR REPLACE VIEW mart.center_problems AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.center, ''), 'Не указан') AS center,
    w.code, sum(c.flights)::integer AS flights
FROM mart.problem_counts AS c
CROSS JOIN LATERAL unnest(c.problems) AS w (code)
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.span = 'month' AND c.region_id >= 0
GROUP BY c.start_moscow, c.start_local, c.start, r.iso, r.region_id, r.name, c.center, w.code;
