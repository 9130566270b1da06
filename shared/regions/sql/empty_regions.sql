-- Regions of set $1 of whose shape nothing was left when it was repaired.
SELECT name FROM core.regions WHERE set_id = $1::smallint AND ST_IsEmpty(geom) ORDER BY id;
