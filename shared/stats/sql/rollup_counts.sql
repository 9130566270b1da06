-- mart.flight_counts: counted anew by days, summed up to months and years, changed by differences.

-- name: recount_days
-- Count the days of stage_days anew from counted_flights; -infinity there stands for flights without a day. The merge lock
-- is held, so nobody else counts at the same time. What is written in the order of the key is written in half the time.
DELETE FROM mart.flight_counts AS c
USING stage_days AS d
WHERE c.start = d.day AND c.span = CASE WHEN d.day = '-infinity' THEN 'undated' ELSE 'day' END;

INSERT INTO mart.flight_counts (
    span, start, start_moscow, start_local, region_id, uav_type, state, flights, {names}, durations, plan_durations, slots
)
SELECT
    CASE WHEN start = '-infinity' THEN 'undated' ELSE 'day' END, start, start_moscow, start_local,
    region_id, uav_type, state, count(*),
    {counters},
    array_agg(duration_min) FILTER (WHERE duration_min IS NOT NULL AND state <> 'cancelled'),
    array_agg(plan_duration_min) FILTER (WHERE plan_duration_min IS NOT NULL AND state <> 'cancelled'),
    array_agg(slot) FILTER (WHERE slot IS NOT NULL AND state <> 'cancelled')
FROM counted_flights
GROUP BY start, region_id, uav_type, state, start_moscow, start_local
ORDER BY start, region_id, uav_type, state, start_moscow, start_local;

-- The whole country: the sums of its regions. Its distributions are long lists of few values, so they are counted.
INSERT INTO mart.flight_counts (
    span, start, start_moscow, start_local, region_id, uav_type, state, flights, {names},
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
)
WITH parts AS MATERIALIZED (
    SELECT c.*
    FROM mart.flight_counts AS c
    JOIN stage_days AS d ON d.day = c.start
    WHERE c.span = CASE WHEN d.day = '-infinity' THEN 'undated' ELSE 'day' END
), sums AS (
    SELECT span, start, start_moscow, start_local, uav_type, state, sum(flights) AS flights, {sums}
    FROM parts
    GROUP BY span, start, start_moscow, start_local, uav_type, state
), counted AS (
    SELECT start, start_moscow, start_local, uav_type, state, kind, value, count(*)::integer AS n
    FROM (
        SELECT start, start_moscow, start_local, uav_type, state, 1 AS kind, unnest(durations) AS value FROM parts
        UNION ALL
        SELECT start, start_moscow, start_local, uav_type, state, 2, unnest(plan_durations) FROM parts
        UNION ALL
        SELECT start, start_moscow, start_local, uav_type, state, 3, unnest(slots) FROM parts
    ) AS listed
    GROUP BY start, start_moscow, start_local, uav_type, state, kind, value
), shapes AS (
    SELECT
        start, start_moscow, start_local, uav_type, state,
        array_agg(value) FILTER (WHERE kind = 1) AS durations, array_agg(n) FILTER (WHERE kind = 1) AS durations_n,
        array_agg(value) FILTER (WHERE kind = 2) AS plan_durations,
        array_agg(n) FILTER (WHERE kind = 2) AS plan_durations_n,
        array_agg(value) FILTER (WHERE kind = 3) AS slots, array_agg(n) FILTER (WHERE kind = 3) AS slots_n
    FROM counted
    GROUP BY start, start_moscow, start_local, uav_type, state
)
SELECT
    span, start, start_moscow, start_local, -1, uav_type, state, flights, {names},
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
FROM sums
LEFT JOIN shapes USING (start, start_moscow, start_local, uav_type, state);

-- name: forget_span
-- $1 month or year: forget those that hold a day of stage_days
DELETE FROM mart.flight_counts AS c
WHERE c.span = $1::text
  AND c.start IN (SELECT date_trunc($1::text, day::timestamp)::date FROM stage_days WHERE day > '-infinity')

-- name: parts_of_span
SELECT
    $1::text AS made, s.first, date_trunc($1::text, c.start_moscow::timestamp)::date AS first_moscow,
    date_trunc($1::text, c.start_local::timestamp)::date AS first_local, c.*
FROM (
    SELECT DISTINCT
        date_trunc($1::text, day::timestamp)::date AS first,
        (date_trunc($1::text, day::timestamp) + ('1 ' || $1::text)::interval)::date AS until
    FROM stage_days
    WHERE day > '-infinity'
) AS s
JOIN mart.{table} AS c ON c.span = $2::text AND c.start >= s.first AND c.start < s.until

-- name: sum_counts
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

-- name: change_counts
-- What the change adds to each row of mart.flight_counts and takes from it, and the rows that are there, which are taken out
-- to be summed up anew: days, months and years, by region and for the whole country (-1).
CREATE TEMP TABLE changed_rows (LIKE mart.flight_counts) ON COMMIT DROP;

INSERT INTO changed_rows (
    span, start, start_moscow, start_local, region_id, uav_type, state, flights, {names},
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
)
SELECT
    span, start, start_moscow, start_local, region_id, uav_type, state, sign * flights, {signed},
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
FROM (
    SELECT
        t.sign, s.span, s.start, s.start_moscow, s.start_local, w.region_id, t.uav_type, t.state, count(*) AS flights,
        {named_counters},
        array_agg(duration_min) FILTER (WHERE duration_min IS NOT NULL AND state <> 'cancelled') AS durations,
        array_agg(sign) FILTER (WHERE duration_min IS NOT NULL AND state <> 'cancelled') AS durations_n,
        array_agg(plan_duration_min) FILTER (WHERE plan_duration_min IS NOT NULL AND state <> 'cancelled')
            AS plan_durations,
        array_agg(sign) FILTER (WHERE plan_duration_min IS NOT NULL AND state <> 'cancelled') AS plan_durations_n,
        array_agg(slot) FILTER (WHERE slot IS NOT NULL AND state <> 'cancelled') AS slots,
        array_agg(sign) FILTER (WHERE slot IS NOT NULL AND state <> 'cancelled') AS slots_n
    FROM {spans}
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
) AS counted;

ANALYZE changed_rows (span, start, start_moscow, start_local, region_id, uav_type, state);

WITH gone AS (
    DELETE FROM mart.flight_counts AS c
    USING (
        SELECT DISTINCT span, start, start_moscow, start_local, region_id, uav_type, state FROM changed_rows
    ) AS n
    WHERE (c.span, c.start, c.region_id, c.uav_type, c.state, c.start_moscow, c.start_local)
        = (n.span, n.start, n.region_id, n.uav_type, n.state, n.start_moscow, n.start_local)
    RETURNING c.*
)
INSERT INTO changed_rows SELECT * FROM gone
