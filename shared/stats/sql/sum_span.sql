-- Sum up the months that hold a day of stage_days from their days, or the years from their months.
-- $1 month or year, $2 what it is made of: day or month
INSERT INTO mart.flight_counts (
    span, start, region_id, uav_type,
    flights, flown, planned, cancelled, aircraft, with_dep, with_arr, near_border, outside, unplaced,
    by_state, by_organisation, by_entrepreneur, by_person, by_unknown,
    timed, plan_timed, minutes, plan_minutes, active_days,
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
)
WITH spans AS (
    SELECT DISTINCT date_trunc($1::text, day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT s.first, c.*
    FROM spans AS s
    JOIN mart.flight_counts AS c
        ON c.span = $2::text AND c.start >= s.first AND c.start < s.first + ('1 ' || $1::text)::interval
), sums AS (
    SELECT
        first, region_id, uav_type,
        sum(flights) AS flights, sum(flown) AS flown, sum(planned) AS planned, sum(cancelled) AS cancelled,
        sum(aircraft) AS aircraft, sum(with_dep) AS with_dep, sum(with_arr) AS with_arr,
        sum(near_border) AS near_border, sum(outside) AS outside, sum(unplaced) AS unplaced,
        sum(by_state) AS by_state, sum(by_organisation) AS by_organisation,
        sum(by_entrepreneur) AS by_entrepreneur, sum(by_person) AS by_person, sum(by_unknown) AS by_unknown,
        sum(timed) AS timed, sum(plan_timed) AS plan_timed,
        sum(minutes) AS minutes, sum(plan_minutes) AS plan_minutes, sum(active_days) AS active_days
    FROM parts
    GROUP BY first, region_id, uav_type
), durations AS (
    SELECT first, region_id, uav_type, array_agg(value) AS durations, array_agg(n) AS durations_n
    FROM (
        SELECT first, region_id, uav_type, value, sum(coalesce(n, 1))::integer AS n
        FROM (SELECT first, region_id, uav_type, unnest(durations) AS value, unnest(durations_n) AS n FROM parts) AS d
        GROUP BY first, region_id, uav_type, value
    ) AS counted
    GROUP BY first, region_id, uav_type
), plan_durations AS (
    SELECT first, region_id, uav_type, array_agg(value) AS plan_durations, array_agg(n) AS plan_durations_n
    FROM (
        SELECT first, region_id, uav_type, value, sum(coalesce(n, 1))::integer AS n
        FROM (SELECT first, region_id, uav_type, unnest(plan_durations) AS value, unnest(plan_durations_n) AS n FROM parts) AS d
        GROUP BY first, region_id, uav_type, value
    ) AS counted
    GROUP BY first, region_id, uav_type
), slots AS (
    SELECT first, region_id, uav_type, array_agg(value) AS slots, array_agg(n) AS slots_n
    FROM (
        SELECT first, region_id, uav_type, value, sum(coalesce(n, 1))::integer AS n
        FROM (SELECT first, region_id, uav_type, unnest(slots) AS value, unnest(slots_n) AS n FROM parts) AS d
        GROUP BY first, region_id, uav_type, value
    ) AS counted
    GROUP BY first, region_id, uav_type
)
SELECT
    $1::text, s.first, s.region_id, s.uav_type,
    s.flights, s.flown, s.planned, s.cancelled, s.aircraft, s.with_dep, s.with_arr, s.near_border, s.outside, s.unplaced,
    s.by_state, s.by_organisation, s.by_entrepreneur, s.by_person, s.by_unknown,
    s.timed, s.plan_timed, s.minutes, s.plan_minutes, s.active_days,
    d.durations, d.durations_n, p.plan_durations, p.plan_durations_n, t.slots, t.slots_n
FROM sums AS s
LEFT JOIN durations AS d ON (d.first, d.region_id, d.uav_type) = (s.first, s.region_id, s.uav_type)
LEFT JOIN plan_durations AS p ON (p.first, p.region_id, p.uav_type) = (s.first, s.region_id, s.uav_type)
LEFT JOIN slots AS t ON (t.first, t.region_id, t.uav_type) = (s.first, s.region_id, s.uav_type)
