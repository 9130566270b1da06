CREATE TEMP TABLE stage_positions (
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    region_id smallint,
    region_match text,
    time_zone text
) ON COMMIT DROP;

INSERT INTO stage_positions (lat, lon)
SELECT DISTINCT ST_Y(position), ST_X(position) FROM core.flights WHERE position IS NOT NULL;

ANALYZE stage_positions;
