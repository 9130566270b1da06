-- What the roll-ups count of flights before and after they change.
CREATE TEMP TABLE IF NOT EXISTS flights_before (
    key uuid, start date, start_moscow date, start_local date, region_id smallint, uav_type text, state text,
    region_match text, operator_kind text, center text, aircraft integer, dep_dt timestamptz, arr_dt timestamptz,
    moment timestamptz, duration_min integer, plan_duration_min integer, slot integer, late integer, problems text[],
    zone_kind text, zone_names text[], outline jsonb, x integer, y integer
) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS flights_after (LIKE flights_before) ON COMMIT DROP;
TRUNCATE flights_before, flights_after
