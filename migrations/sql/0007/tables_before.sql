-- The roll-ups as they were before.
CREATE TABLE mart.flight_counts (
    span TEXT NOT NULL,
    start DATE NOT NULL,
    region_id SMALLINT NOT NULL,
    uav_type TEXT NOT NULL,
    flights INTEGER NOT NULL,
    flown INTEGER NOT NULL,
    planned INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    aircraft INTEGER NOT NULL,
    with_dep INTEGER NOT NULL,
    with_arr INTEGER NOT NULL,
    near_border INTEGER NOT NULL,
    outside INTEGER NOT NULL,
    unplaced INTEGER NOT NULL,
    by_state INTEGER NOT NULL,
    by_organisation INTEGER NOT NULL,
    by_entrepreneur INTEGER NOT NULL,
    by_person INTEGER NOT NULL,
    by_unknown INTEGER NOT NULL,
    timed INTEGER NOT NULL,
    plan_timed INTEGER NOT NULL,
    active_days INTEGER NOT NULL,
    minutes BIGINT NOT NULL,
    plan_minutes BIGINT NOT NULL,
    durations INTEGER[],
    durations_n INTEGER[],
    plan_durations INTEGER[],
    plan_durations_n INTEGER[],
    slots INTEGER[],
    slots_n INTEGER[],
    CONSTRAINT pk_flight_counts PRIMARY KEY (span, start, region_id, uav_type),
    CONSTRAINT ck_flight_counts_span CHECK (span IN ('day', 'month', 'year', 'undated'))
);

COMMENT ON COLUMN mart.flight_counts.span IS 'day, month, year; undated for flights whose day is not known';
COMMENT ON COLUMN mart.flight_counts.start IS 'first UTC day of the span; -infinity for undated';
COMMENT ON COLUMN mart.flight_counts.region_id IS '-1 the whole country, 0 flights without a region';
COMMENT ON COLUMN mart.flight_counts.uav_type IS 'empty when not told';
COMMENT ON COLUMN mart.flight_counts.flights IS 'not cancelled; so are all counts below but cancelled';
COMMENT ON COLUMN mart.flight_counts.flown IS 'a DEP or an ARR stands behind it';
COMMENT ON COLUMN mart.flight_counts.planned IS 'a plan alone';
COMMENT ON COLUMN mart.flight_counts.aircraft IS 'a flight that tells no count is one aircraft';
COMMENT ON COLUMN mart.flight_counts.with_dep IS 'actual take-off known';
COMMENT ON COLUMN mart.flight_counts.with_arr IS 'actual landing known';
COMMENT ON COLUMN mart.flight_counts.near_border IS 'outside all regions, at most five kilometres from the nearest, on no foreign land';
COMMENT ON COLUMN mart.flight_counts.outside IS 'a point that no region holds';
COMMENT ON COLUMN mart.flight_counts.unplaced IS 'no point known';
COMMENT ON COLUMN mart.flight_counts.by_state IS 'operator''s kind';
COMMENT ON COLUMN mart.flight_counts.by_organisation IS 'operator''s kind';
COMMENT ON COLUMN mart.flight_counts.by_entrepreneur IS 'operator''s kind';
COMMENT ON COLUMN mart.flight_counts.by_person IS 'operator''s kind';
COMMENT ON COLUMN mart.flight_counts.by_unknown IS 'operator''s kind';
COMMENT ON COLUMN mart.flight_counts.timed IS 'actual duration known';
COMMENT ON COLUMN mart.flight_counts.plan_timed IS 'planned duration known';
COMMENT ON COLUMN mart.flight_counts.active_days IS 'days with a flight of this type';
COMMENT ON COLUMN mart.flight_counts.minutes IS 'sum of actual durations';
COMMENT ON COLUMN mart.flight_counts.plan_minutes IS 'sum of planned durations';
COMMENT ON COLUMN mart.flight_counts.durations IS 'actual durations, minutes';
COMMENT ON COLUMN mart.flight_counts.durations_n IS 'flights of each duration; null: one each';
COMMENT ON COLUMN mart.flight_counts.plan_durations IS 'planned durations, minutes';
COMMENT ON COLUMN mart.flight_counts.plan_durations_n IS 'flights of each planned duration; null: one each';
COMMENT ON COLUMN mart.flight_counts.slots IS 'local hours of the week, 0 is Monday 00:00';
COMMENT ON COLUMN mart.flight_counts.slots_n IS 'flights of each slot; null: one each';

CREATE TABLE mart.flight_peaks (
    span TEXT NOT NULL,
    start DATE NOT NULL,
    region_id SMALLINT NOT NULL,
    active_days INTEGER NOT NULL,
    peak_hour INTEGER NOT NULL,
    peak_hour_at TIMESTAMP WITH TIME ZONE,
    peak_airborne INTEGER NOT NULL,
    peak_airborne_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_flight_peaks PRIMARY KEY (span, start, region_id),
    CONSTRAINT ck_flight_peaks_span CHECK (span IN ('day', 'month', 'year'))
);

COMMENT ON COLUMN mart.flight_peaks.span IS 'day, month, year';
COMMENT ON COLUMN mart.flight_peaks.start IS 'first UTC day of the span';
COMMENT ON COLUMN mart.flight_peaks.region_id IS '-1 the whole country, 0 flights without a region';
COMMENT ON COLUMN mart.flight_peaks.active_days IS 'days with a flight, of whatever type';
COMMENT ON COLUMN mart.flight_peaks.peak_hour IS 'most flights that began within one UTC clock hour';
COMMENT ON COLUMN mart.flight_peaks.peak_airborne IS 'most flights in the air at once';

CREATE TABLE mart.flight_cells (
    start DATE NOT NULL,
    level SMALLINT NOT NULL,
    x INTEGER NOT NULL,
    y INTEGER NOT NULL,
    region_id SMALLINT NOT NULL,
    uav_type TEXT NOT NULL,
    flights INTEGER NOT NULL,
    CONSTRAINT pk_flight_cells PRIMARY KEY (start, level, x, y, region_id, uav_type)
);

COMMENT ON COLUMN mart.flight_cells.start IS 'first day of the UTC month';
COMMENT ON COLUMN mart.flight_cells.level IS 'the world is 2^level by 2^level cells, Web Mercator';
COMMENT ON COLUMN mart.flight_cells.x IS 'from the west';
COMMENT ON COLUMN mart.flight_cells.y IS 'from the north';
COMMENT ON COLUMN mart.flight_cells.region_id IS '0 when the flight has no region';
COMMENT ON COLUMN mart.flight_cells.uav_type IS 'empty when not told';
COMMENT ON COLUMN mart.flight_cells.flights IS 'not cancelled';

