-- How many flights of a load carry each code, as they stood when it was done; the commonest first.
-- $1 load
SELECT code, flights::integer AS flights
FROM core.loads AS l
CROSS JOIN jsonb_each_text(coalesce(l.problems, '{}')) AS counted (code, flights)
WHERE l.id = $1
ORDER BY 2 DESC, 1
