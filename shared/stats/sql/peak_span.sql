-- The peaks of the months that hold a day of stage_days from their days, or of the years from their months.
-- $1 month or year, $2 what it is made of: day or month
WITH spans AS (
    SELECT DISTINCT date_trunc($1::text, day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, p.region_id, p.active_days,
        -- Count and moment travel as one number: the most flights, and the earliest of equals.
        p.peak_hour * 10000000000 + 9999999999 - date_part('epoch', p.peak_hour_at)::bigint AS hour_best,
        p.peak_airborne * 10000000000 + 9999999999 - date_part('epoch', p.peak_airborne_at)::bigint AS airborne_best
    FROM spans AS s
    JOIN mart.flight_peaks AS p
        ON p.span = $2::text AND p.start >= s.first AND p.start < s.first + ('1 ' || $1::text)::interval
), sums AS (
    SELECT
        first, region_id, sum(active_days) AS active_days, max(hour_best) AS hour_best, max(airborne_best) AS airborne_best
    FROM parts
    GROUP BY first, region_id
)
INSERT INTO mart.flight_peaks (
    span, start, region_id, active_days, peak_hour, peak_hour_at, peak_airborne, peak_airborne_at
)
SELECT
    $1::text, first, region_id, active_days,
    coalesce(hour_best / 10000000000, 0), to_timestamp(9999999999 - hour_best % 10000000000),
    coalesce(airborne_best / 10000000000, 0), to_timestamp(9999999999 - airborne_best % 10000000000)
FROM sums
