-- The tables of one load, gone with its transaction.
CREATE TEMP TABLE stage_rows (
    ordinal integer NOT NULL,
    flight_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    sheet text NOT NULL,
    row_number integer NOT NULL,
    center text,
    shr text,
    dep text,
    arr text,
    cells jsonb
) ON COMMIT DROP;

CREATE TEMP TABLE stage_rejects (
    ordinal integer NOT NULL,
    code text NOT NULL,
    sheet text NOT NULL,
    row_number integer NOT NULL,
    center text,
    shr text,
    dep text,
    arr text,
    cells jsonb
) ON COMMIT DROP;

CREATE TEMP TABLE stage_flights (
    ordinal integer NOT NULL,
    key uuid NOT NULL,
    state text NOT NULL,
    sid text,
    callsign text,
    uav_type text,
    uav_count integer,
    regs text[] NOT NULL,
    operator_kind text NOT NULL,
    center text,
    dep_lat double precision,
    dep_lon double precision,
    dep_source text,
    arr_lat double precision,
    arr_lon double precision,
    arr_source text,
    position_lat double precision,
    position_lon double precision,
    position_source text NOT NULL,
    dep_dt timestamptz,
    arr_dt timestamptz,
    duration_min integer,
    plan_dep_dt timestamptz,
    plan_arr_dt timestamptz,
    plan_duration_min integer,
    level_lower_m integer,
    level_upper_m integer,
    zone jsonb,
    problems text[] NOT NULL,
    day date,
    hour smallint
) ON COMMIT DROP;

CREATE TEMP TABLE stage_new (flight_key uuid NOT NULL) ON COMMIT DROP;
CREATE TEMP TABLE stage_touched (flight_key uuid PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE stage_several (flight_key uuid NOT NULL, number integer PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE stage_points (
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    region_id smallint,
    region_match text,
    time_zone text
) ON COMMIT DROP;
CREATE TEMP TABLE stage_days (day date PRIMARY KEY) ON COMMIT DROP;
