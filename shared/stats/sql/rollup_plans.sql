-- mart.plan_counts and mart.problem_counts.

-- name: recount_plans
-- Count plans against facts of the days of stage_days anew from counted_flights, by region, centre and kind of operator, for
-- the whole country (-1) too; and flights by all that is wrong with them, nothing for most. Take-offs more than twelve hours from the
-- planned ones are taken for a slip in one of the two dates. What is written in the order of the key is written in half the time.
DELETE FROM mart.plan_counts AS c USING stage_days AS d WHERE c.span = 'day' AND c.start = d.day;

INSERT INTO mart.plan_counts (
    span, start, start_moscow, start_local, region_id, center, operator_kind,
    flights, flown, planned, cancelled, unclosed, no_landing, with_problems, compared, plan_minutes, minutes, far_apart, late
)
SELECT
    'day', start, start_moscow, start_local, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END,
    center, operator_kind,
    count(*) FILTER (WHERE state <> 'cancelled'),
    count(*) FILTER (WHERE state = 'flown'),
    count(*) FILTER (WHERE state = 'planned'),
    count(*) FILTER (WHERE state = 'cancelled'),
    count(*) FILTER (WHERE state = 'flown' AND dep_dt IS NOT NULL AND arr_dt IS NULL),
    count(*) FILTER (WHERE state = 'flown' AND arr_dt IS NULL),
    count(*) FILTER (WHERE state <> 'cancelled' AND problems <> '{}'),
    count(*) FILTER (WHERE state = 'flown' AND duration_min IS NOT NULL AND plan_duration_min IS NOT NULL),
    coalesce(sum(plan_duration_min) FILTER (WHERE state = 'flown' AND duration_min IS NOT NULL), 0),
    coalesce(sum(duration_min) FILTER (WHERE state = 'flown' AND plan_duration_min IS NOT NULL), 0),
    count(*) FILTER (WHERE abs(late) > 720),
    array_agg(late) FILTER (WHERE abs(late) <= 720)
FROM counted_flights
WHERE start > '-infinity'
GROUP BY GROUPING SETS (
    (start, start_moscow, start_local, region_id, center, operator_kind),
    (start, start_moscow, start_local, center, operator_kind)
)
ORDER BY start, 5, center, operator_kind, start_moscow, start_local;

DELETE FROM mart.problem_counts AS c USING stage_days AS d WHERE c.span = 'day' AND c.start = d.day;

INSERT INTO mart.problem_counts (
    span, start, start_moscow, start_local, region_id, center, uav_type, problems, flights, flown
)
SELECT
    'day', start, start_moscow, start_local, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END,
    center, uav_type, problems, count(*), count(*) FILTER (WHERE state = 'flown')
FROM counted_flights
WHERE state <> 'cancelled' AND start > '-infinity'
GROUP BY GROUPING SETS (
    (start, start_moscow, start_local, region_id, center, uav_type, problems),
    (start, start_moscow, start_local, center, uav_type, problems)
)
ORDER BY start, 5, center, uav_type, problems, start_moscow, start_local;

-- name: forget_plans
-- $1 month or year: forget those that hold a day of stage_days
WITH spans AS (
    SELECT DISTINCT date_trunc($1::text, day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), problems AS (
    DELETE FROM mart.problem_counts WHERE span = $1::text AND start IN (SELECT first FROM spans)
)
DELETE FROM mart.plan_counts WHERE span = $1::text AND start IN (SELECT first FROM spans)

-- name: sum_plans
-- Sum up parts of plans against facts, as sum_counts does.
INSERT INTO mart.plan_counts (
    span, start, start_moscow, start_local, region_id, center, operator_kind,
    flights, flown, planned, cancelled, unclosed, no_landing, with_problems, compared, plan_minutes, minutes, far_apart,
    late, late_n
)
WITH parts AS MATERIALIZED (
    {parts}
), sums AS MATERIALIZED (
    SELECT
        row_number() OVER () AS number, made, first, first_moscow, first_local, region_id, center, operator_kind,
        sum(flights) AS flights, sum(flown) AS flown, sum(planned) AS planned, sum(cancelled) AS cancelled,
        sum(unclosed) AS unclosed, sum(no_landing) AS no_landing, sum(with_problems) AS with_problems,
        sum(compared) AS compared, sum(plan_minutes) AS plan_minutes, sum(minutes) AS minutes, sum(far_apart) AS far_apart
    FROM parts
    GROUP BY made, first, first_moscow, first_local, region_id, center, operator_kind
    HAVING sum(flights + cancelled) > 0
), counted AS (
    SELECT number, value, sum(coalesce(n, 1))::integer AS n
    FROM (
        SELECT s.number, unnest(p.late) AS value, unnest(p.late_n) AS n
        FROM parts AS p
        JOIN sums AS s USING (made, first, first_moscow, first_local, region_id, center, operator_kind)
    ) AS listed
    GROUP BY number, value
    HAVING sum(coalesce(n, 1)) <> 0
), shapes AS (
    SELECT number, array_agg(value) AS late, array_agg(n) AS late_n FROM counted GROUP BY number
)
SELECT
    made, first, first_moscow, first_local, region_id, center, operator_kind,
    flights, flown, planned, cancelled, unclosed, no_landing, with_problems, compared, plan_minutes, minutes, far_apart,
    late, late_n
FROM sums
LEFT JOIN shapes USING (number)

-- name: sum_problems
-- Sum up parts of problems, as sum_counts does.
INSERT INTO mart.problem_counts (
    span, start, start_moscow, start_local, region_id, center, uav_type, problems, flights, flown
)
WITH parts AS (
    {parts}
)
SELECT made, first, first_moscow, first_local, region_id, center, uav_type, problems, sum(flights), sum(flown)
FROM parts
GROUP BY made, first, first_moscow, first_local, region_id, center, uav_type, problems
HAVING sum(flights) > 0

-- name: change_plans
-- What the change adds to plans against facts and takes from them, as change_counts does.
CREATE TEMP TABLE changed_rows (LIKE mart.plan_counts) ON COMMIT DROP;

INSERT INTO changed_rows (
    span, start, start_moscow, start_local, region_id, center, operator_kind,
    flights, flown, planned, cancelled, unclosed, no_landing, with_problems, compared, plan_minutes, minutes, far_apart,
    late, late_n
)
SELECT
    s.span, s.start, s.start_moscow, s.start_local, w.region_id, t.center, t.operator_kind,
    coalesce(sum(sign) FILTER (WHERE state <> 'cancelled'), 0),
    coalesce(sum(sign) FILTER (WHERE state = 'flown'), 0),
    coalesce(sum(sign) FILTER (WHERE state = 'planned'), 0),
    coalesce(sum(sign) FILTER (WHERE state = 'cancelled'), 0),
    coalesce(sum(sign) FILTER (WHERE state = 'flown' AND dep_dt IS NOT NULL AND arr_dt IS NULL), 0),
    coalesce(sum(sign) FILTER (WHERE state = 'flown' AND arr_dt IS NULL), 0),
    coalesce(sum(sign) FILTER (WHERE state <> 'cancelled' AND problems <> '{}'), 0),
    coalesce(sum(sign) FILTER (WHERE state = 'flown' AND duration_min IS NOT NULL AND plan_duration_min IS NOT NULL), 0),
    coalesce(sum(sign * plan_duration_min) FILTER (WHERE state = 'flown' AND duration_min IS NOT NULL), 0),
    coalesce(sum(sign * duration_min) FILTER (WHERE state = 'flown' AND plan_duration_min IS NOT NULL), 0),
    coalesce(sum(sign) FILTER (WHERE abs(late) > 720), 0),
    array_agg(late) FILTER (WHERE abs(late) <= 720),
    array_agg(sign) FILTER (WHERE abs(late) <= 720)
FROM {spans}
WHERE s.span <> 'undated'
GROUP BY s.span, s.start, s.start_moscow, s.start_local, w.region_id, t.center, t.operator_kind;

ANALYZE changed_rows (span, start, start_moscow, start_local, region_id, center, operator_kind);

WITH gone AS (
    DELETE FROM mart.plan_counts AS c
    USING changed_rows AS n
    WHERE (c.span, c.start, c.region_id, c.center, c.operator_kind, c.start_moscow, c.start_local)
        = (n.span, n.start, n.region_id, n.center, n.operator_kind, n.start_moscow, n.start_local)
    RETURNING c.*
)
INSERT INTO changed_rows SELECT * FROM gone

-- name: change_problems
-- What the change adds to problems by centre and takes from them, as change_counts does.
CREATE TEMP TABLE changed_rows (LIKE mart.problem_counts) ON COMMIT DROP;

INSERT INTO changed_rows (
    span, start, start_moscow, start_local, region_id, center, uav_type, problems, flights, flown
)
SELECT
    s.span, s.start, s.start_moscow, s.start_local, w.region_id, t.center, t.uav_type, t.problems,
    sum(t.sign), coalesce(sum(t.sign) FILTER (WHERE t.state = 'flown'), 0)
FROM {spans}
WHERE s.span <> 'undated' AND t.state <> 'cancelled'
GROUP BY s.span, s.start, s.start_moscow, s.start_local, w.region_id, t.center, t.uav_type, t.problems;

ANALYZE changed_rows;

WITH gone AS (
    DELETE FROM mart.problem_counts AS c
    USING changed_rows AS n
    WHERE (c.span, c.start, c.region_id, c.center, c.uav_type, c.problems, c.start_moscow, c.start_local)
        = (n.span, n.start, n.region_id, n.center, n.uav_type, n.problems, n.start_moscow, n.start_local)
    RETURNING c.*
)
INSERT INTO changed_rows SELECT * FROM gone
