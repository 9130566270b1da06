-- Which boundaries are in force: what they are called, the line that their licence wants, and how many subjects they hold.
SELECT s.name, s.attribution, (SELECT count(*) FROM core.regions AS r WHERE r.set_id = s.id)::integer AS regions
FROM core.boundary_sets AS s
WHERE s.active
