-- Sum up parts of roll-ups: the days of a month, the months of a year, or what a change adds and takes away together with the
-- rows that are there. A part tells `made`, the span that it is of, and `first`, its first day by each clock; what another
-- clock counts to the month before or after stays apart, as in the rows of days. A row in which no flight is left goes.
INSERT INTO mart.flight_counts (
    span, start, start_moscow, start_local, region_id, uav_type, state, flights, {names},
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
)
WITH parts AS MATERIALIZED (
    {parts}
), sums AS MATERIALIZED (
    SELECT
        row_number() OVER () AS number, made, first, first_moscow, first_local, region_id, uav_type, state,
        sum(flights) AS flights, {sums}
    FROM parts
    GROUP BY made, first, first_moscow, first_local, region_id, uav_type, state
    HAVING sum(flights) > 0
), numbered AS MATERIALIZED (
    -- Values are grouped by one number instead of by seven columns.
    SELECT s.number, p.durations, p.durations_n, p.plan_durations, p.plan_durations_n, p.slots, p.slots_n
    FROM parts AS p
    JOIN sums AS s USING (made, first, first_moscow, first_local, region_id, uav_type, state)
), counted AS (
    SELECT number, kind, value, sum(coalesce(n, 1))::integer AS n
    FROM (
        SELECT number, 1 AS kind, unnest(durations) AS value, unnest(durations_n) AS n FROM numbered
        UNION ALL
        SELECT number, 2, unnest(plan_durations), unnest(plan_durations_n) FROM numbered
        UNION ALL
        SELECT number, 3, unnest(slots), unnest(slots_n) FROM numbered
    ) AS listed
    GROUP BY number, kind, value
    HAVING sum(coalesce(n, 1)) <> 0
), shapes AS (
    SELECT
        number,
        array_agg(value) FILTER (WHERE kind = 1) AS durations, array_agg(n) FILTER (WHERE kind = 1) AS durations_n,
        array_agg(value) FILTER (WHERE kind = 2) AS plan_durations,
        array_agg(n) FILTER (WHERE kind = 2) AS plan_durations_n,
        array_agg(value) FILTER (WHERE kind = 3) AS slots, array_agg(n) FILTER (WHERE kind = 3) AS slots_n
    FROM counted
    GROUP BY number
)
SELECT
    made, first, first_moscow, first_local, region_id, uav_type, state, flights, {names},
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
FROM sums
LEFT JOIN shapes USING (number)
