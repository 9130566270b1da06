-- Sum up the months that hold a day of stage_days from their days, or the years from their months. What another clock
-- counts to the month before or after stays apart, as in the rows of days.
-- $1 month or year, $2 what it is made of: day or month
INSERT INTO mart.flight_counts (
    span, start, start_moscow, start_local, region_id, uav_type, state, flights, {names},
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
)
WITH spans AS (
    SELECT DISTINCT date_trunc($1::text, day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, date_trunc($1::text, c.start_moscow::timestamp)::date AS first_moscow,
        date_trunc($1::text, c.start_local::timestamp)::date AS first_local, c.*
    FROM spans AS s
    JOIN mart.flight_counts AS c
        ON c.span = $2::text AND c.start >= s.first AND c.start < s.first + ('1 ' || $1::text)::interval
), sums AS (
    SELECT first, first_moscow, first_local, region_id, uav_type, state, sum(flights) AS flights, {sums}
    FROM parts
    GROUP BY first, first_moscow, first_local, region_id, uav_type, state
), listed AS (
    SELECT first, first_moscow, first_local, region_id, uav_type, state, 1 AS kind,
        unnest(durations) AS value, unnest(durations_n) AS n
    FROM parts
    UNION ALL
    SELECT first, first_moscow, first_local, region_id, uav_type, state, 2, unnest(plan_durations), unnest(plan_durations_n)
    FROM parts
    UNION ALL
    SELECT first, first_moscow, first_local, region_id, uav_type, state, 3, unnest(slots), unnest(slots_n) FROM parts
), counted AS (
    SELECT
        first, first_moscow, first_local, region_id, uav_type, state, kind, value, sum(coalesce(n, 1))::integer AS n
    FROM listed
    GROUP BY first, first_moscow, first_local, region_id, uav_type, state, kind, value
), shapes AS (
    SELECT
        first, first_moscow, first_local, region_id, uav_type, state,
        array_agg(value) FILTER (WHERE kind = 1) AS durations, array_agg(n) FILTER (WHERE kind = 1) AS durations_n,
        array_agg(value) FILTER (WHERE kind = 2) AS plan_durations,
        array_agg(n) FILTER (WHERE kind = 2) AS plan_durations_n,
        array_agg(value) FILTER (WHERE kind = 3) AS slots, array_agg(n) FILTER (WHERE kind = 3) AS slots_n
    FROM counted
    GROUP BY first, first_moscow, first_local, region_id, uav_type, state
)
SELECT
    $1::text, first, first_moscow, first_local, region_id, uav_type, state, flights, {names},
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
FROM sums
LEFT JOIN shapes USING (first, first_moscow, first_local, region_id, uav_type, state)
