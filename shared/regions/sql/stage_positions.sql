-- The positions of flights that a change of sets is about, with what it says of them.
CREATE TEMP TABLE stage_positions (
    position geometry NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    region_id smallint,
    region_match text,
    time_zone text
) ON COMMIT DROP;
