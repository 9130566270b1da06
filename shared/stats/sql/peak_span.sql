-- The peaks of the months that hold a day of stage_days from their days, or of the years from their months.
-- $1 month or year, $2 what it is made of: day or month
WITH spans AS (
    SELECT DISTINCT date_trunc($1::text, day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, date_trunc($1::text, p.start_moscow::timestamp)::date AS first_moscow,
        date_trunc($1::text, p.start_local::timestamp)::date AS first_local, p.region_id, p.uav_type, p.state,
        -- Count and moment travel as one number: the most flights, and the earliest of equals.
        p.peak_hour * 10000000000 + 9999999999 - date_part('epoch', p.peak_hour_at)::bigint AS hour_best,
        p.peak_sliding * 10000000000 + 9999999999 - date_part('epoch', p.peak_sliding_at)::bigint AS sliding_best,
        p.peak_airborne * 10000000000 + 9999999999 - date_part('epoch', p.peak_airborne_at)::bigint AS airborne_best
    FROM spans AS s
    JOIN mart.flight_peaks AS p
        ON p.span = $2::text AND p.start >= s.first AND p.start < s.first + ('1 ' || $1::text)::interval
), sums AS (
    SELECT
        first, first_moscow, first_local, region_id, uav_type, state,
        max(hour_best) AS hour_best, max(sliding_best) AS sliding_best, max(airborne_best) AS airborne_best
    FROM parts
    GROUP BY first, first_moscow, first_local, region_id, uav_type, state
)
INSERT INTO mart.flight_peaks (
    span, start, start_moscow, start_local, region_id, uav_type, state,
    peak_hour, peak_hour_at, peak_sliding, peak_sliding_at, peak_airborne, peak_airborne_at
)
SELECT
    $1::text, first, first_moscow, first_local, region_id, uav_type, state,
    coalesce(hour_best / 10000000000, 0), to_timestamp(9999999999 - hour_best % 10000000000),
    coalesce(sliding_best / 10000000000, 0), to_timestamp(9999999999 - sliding_best % 10000000000),
    coalesce(airborne_best / 10000000000, 0), to_timestamp(9999999999 - airborne_best % 10000000000)
FROM sums
