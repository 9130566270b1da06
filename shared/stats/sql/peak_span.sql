-- The peaks of the months that hold a day of stage_days from their days, or of the years from their months.
-- $1 month or year, $2 what it is made of: day or month
WITH spans AS (
    SELECT DISTINCT date_trunc($1::text, day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS (
    SELECT
        s.first, date_trunc($1::text, p.start_moscow::timestamp)::date AS first_moscow,
        date_trunc($1::text, p.start_local::timestamp)::date AS first_local, p.region_id, p.uav_type,
        mart.peak(peak_hour, peak_hour_at) AS hour, mart.peak(peak_sliding, peak_sliding_at) AS sliding,
        mart.peak(peak_airborne, peak_airborne_at) AS airborne,
        CASE WHEN flown_hour IS NULL THEN mart.peak(peak_hour, peak_hour_at) ELSE mart.peak(flown_hour, flown_hour_at) END
            AS flown_hour,
        CASE
            WHEN flown_sliding IS NULL THEN mart.peak(peak_sliding, peak_sliding_at)
            ELSE mart.peak(flown_sliding, flown_sliding_at)
        END AS flown_sliding
    FROM spans AS s
    JOIN mart.flight_peaks AS p
        ON p.span = $2::text AND p.start >= s.first AND p.start < s.first + ('1 ' || $1::text)::interval
), peaks AS (
    SELECT
        first, first_moscow, first_local, region_id, uav_type, coalesce(max(hour), 0) AS hour,
        coalesce(max(sliding), 0) AS sliding, coalesce(max(airborne), 0) AS airborne,
        coalesce(max(flown_hour), 0) AS flown_hour, coalesce(max(flown_sliding), 0) AS flown_sliding
    FROM parts
    GROUP BY first, first_moscow, first_local, region_id, uav_type
)
INSERT INTO mart.flight_peaks (
    span, start, start_moscow, start_local, region_id, uav_type, peak_hour, peak_hour_at, peak_sliding, peak_sliding_at,
    peak_airborne, peak_airborne_at, flown_hour, flown_hour_at, flown_sliding, flown_sliding_at
)
SELECT
    $1::text, first, first_moscow, first_local, region_id, uav_type,
    mart.peak_n(hour), mart.peak_at(hour), mart.peak_n(sliding), mart.peak_at(sliding),
    mart.peak_n(airborne), mart.peak_at(airborne),
    CASE WHEN flown_hour <> hour THEN mart.peak_n(flown_hour) END,
    CASE WHEN flown_hour <> hour THEN mart.peak_at(flown_hour) END,
    CASE WHEN flown_sliding <> sliding THEN mart.peak_n(flown_sliding) END,
    CASE WHEN flown_sliding <> sliding THEN mart.peak_at(flown_sliding) END
FROM peaks
