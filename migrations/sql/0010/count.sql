-- Count what was there before: rows of loads by centre, then plans against facts of all days, months and years.
INSERT INTO core.load_centers (load_id, center, rows, rejected)
WITH named AS (
    SELECT DISTINCT center FROM core.flights WHERE center IS NOT NULL
), counted AS (
    SELECT r.load_id, coalesce(f.center, '') AS center, count(*) AS rows, 0 AS rejected
    FROM (SELECT load_id, flight_key FROM raw.rows UNION ALL SELECT load_id, flight_key FROM raw.repeats) AS r
    JOIN core.flights AS f ON f.key = r.flight_key
    GROUP BY 1, 2
    UNION ALL
    SELECT r.load_id, coalesce(n.center, ''), count(*), count(*)
    FROM raw.rejects AS r
    LEFT JOIN named AS n ON n.center = btrim(regexp_replace(r.center, '\s+', ' ', 'g'))
    GROUP BY 1, 2
)
SELECT c.load_id, c.center, sum(c.rows), sum(c.rejected)
FROM counted AS c
JOIN core.loads AS l ON l.id = c.load_id
GROUP BY 1, 2;

CREATE TEMP TABLE stage_days ON COMMIT DROP AS SELECT DISTINCT day FROM core.flights WHERE day IS NOT NULL;

CREATE TEMP TABLE told_plans ON COMMIT DROP AS
SELECT
    f.day AS start,
    coalesce(l.moscow::date, f.day) AS start_moscow,
    coalesce(coalesce(l.local, l.moscow)::date, f.day) AS start_local,
    coalesce(f.region_id, 0)::smallint AS region_id, coalesce(f.center, '') AS center, f.operator_kind, f.state,
    f.dep_dt, f.arr_dt, f.duration_min, f.plan_duration_min, f.problems,
    CASE WHEN f.state = 'flown' THEN (date_part('epoch', f.dep_dt - f.plan_dep_dt) / 60)::integer END AS late
FROM stage_days AS d
JOIN core.flights AS f ON f.day = d.day
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
CROSS JOIN LATERAL (
    SELECT
        coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE 'Europe/Moscow' AS moscow,
        coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE coalesce(f.time_zone, r.time_zone) AS local
    OFFSET 0
) AS l;

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
FROM told_plans
GROUP BY GROUPING SETS (
    (start, start_moscow, start_local, region_id, center, operator_kind),
    (start, start_moscow, start_local, center, operator_kind)
);

DELETE FROM mart.problem_counts AS c USING stage_days AS d WHERE c.span = 'day' AND c.start = d.day;

INSERT INTO mart.problem_counts (span, start, start_moscow, start_local, region_id, center, code, flights)
SELECT
    'day', start, start_moscow, start_local, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END,
    center, p.code, count(*)
FROM told_plans AS f
CROSS JOIN LATERAL unnest(f.problems) AS p (code)
WHERE f.state <> 'cancelled'
GROUP BY GROUPING SETS (
    (start, start_moscow, start_local, region_id, center, p.code), (start, start_moscow, start_local, center, p.code)
);

DROP TABLE told_plans;

WITH spans AS (
    SELECT DISTINCT date_trunc('month', day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, date_trunc('month', c.start_moscow::timestamp)::date AS first_moscow,
        date_trunc('month', c.start_local::timestamp)::date AS first_local, c.*
    FROM spans AS s
    JOIN mart.plan_counts AS c
        ON c.span = 'day' AND c.start >= s.first AND c.start < s.first + ('1 ' || 'month')::interval
), sums AS (
    SELECT
        first, first_moscow, first_local, region_id, center, operator_kind,
        sum(flights) AS flights, sum(flown) AS flown, sum(planned) AS planned, sum(cancelled) AS cancelled,
        sum(unclosed) AS unclosed, sum(no_landing) AS no_landing, sum(with_problems) AS with_problems,
        sum(compared) AS compared, sum(plan_minutes) AS plan_minutes, sum(minutes) AS minutes, sum(far_apart) AS far_apart
    FROM parts
    GROUP BY first, first_moscow, first_local, region_id, center, operator_kind
), counted AS (
    SELECT first, first_moscow, first_local, region_id, center, operator_kind, value, sum(coalesce(n, 1))::integer AS n
    FROM (
        SELECT
            first, first_moscow, first_local, region_id, center, operator_kind,
            unnest(late) AS value, unnest(late_n) AS n
        FROM parts
    ) AS listed
    GROUP BY first, first_moscow, first_local, region_id, center, operator_kind, value
), shapes AS (
    SELECT
        first, first_moscow, first_local, region_id, center, operator_kind,
        array_agg(value) AS late, array_agg(n) AS late_n
    FROM counted
    GROUP BY first, first_moscow, first_local, region_id, center, operator_kind
), problems AS (
    INSERT INTO mart.problem_counts (span, start, start_moscow, start_local, region_id, center, code, flights)
    SELECT
        'month', s.first, date_trunc('month', c.start_moscow::timestamp)::date,
        date_trunc('month', c.start_local::timestamp)::date, c.region_id, c.center, c.code, sum(c.flights)
    FROM spans AS s
    JOIN mart.problem_counts AS c
        ON c.span = 'day' AND c.start >= s.first AND c.start < s.first + ('1 ' || 'month')::interval
    GROUP BY 2, 3, 4, 5, 6, 7
)
INSERT INTO mart.plan_counts (
    span, start, start_moscow, start_local, region_id, center, operator_kind,
    flights, flown, planned, cancelled, unclosed, no_landing, with_problems, compared, plan_minutes, minutes, far_apart,
    late, late_n
)
SELECT
    'month', first, first_moscow, first_local, region_id, center, operator_kind,
    flights, flown, planned, cancelled, unclosed, no_landing, with_problems, compared, plan_minutes, minutes, far_apart,
    late, late_n
FROM sums
LEFT JOIN shapes USING (first, first_moscow, first_local, region_id, center, operator_kind);

WITH spans AS (
    SELECT DISTINCT date_trunc('year', day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, date_trunc('year', c.start_moscow::timestamp)::date AS first_moscow,
        date_trunc('year', c.start_local::timestamp)::date AS first_local, c.*
    FROM spans AS s
    JOIN mart.plan_counts AS c
        ON c.span = 'month' AND c.start >= s.first AND c.start < s.first + ('1 ' || 'year')::interval
), sums AS (
    SELECT
        first, first_moscow, first_local, region_id, center, operator_kind,
        sum(flights) AS flights, sum(flown) AS flown, sum(planned) AS planned, sum(cancelled) AS cancelled,
        sum(unclosed) AS unclosed, sum(no_landing) AS no_landing, sum(with_problems) AS with_problems,
        sum(compared) AS compared, sum(plan_minutes) AS plan_minutes, sum(minutes) AS minutes, sum(far_apart) AS far_apart
    FROM parts
    GROUP BY first, first_moscow, first_local, region_id, center, operator_kind
), counted AS (
    SELECT first, first_moscow, first_local, region_id, center, operator_kind, value, sum(coalesce(n, 1))::integer AS n
    FROM (
        SELECT
            first, first_moscow, first_local, region_id, center, operator_kind,
            unnest(late) AS value, unnest(late_n) AS n
        FROM parts
    ) AS listed
    GROUP BY first, first_moscow, first_local, region_id, center, operator_kind, value
), shapes AS (
    SELECT
        first, first_moscow, first_local, region_id, center, operator_kind,
        array_agg(value) AS late, array_agg(n) AS late_n
    FROM counted
    GROUP BY first, first_moscow, first_local, region_id, center, operator_kind
), problems AS (
    INSERT INTO mart.problem_counts (span, start, start_moscow, start_local, region_id, center, code, flights)
    SELECT
        'year', s.first, date_trunc('year', c.start_moscow::timestamp)::date,
        date_trunc('year', c.start_local::timestamp)::date, c.region_id, c.center, c.code, sum(c.flights)
    FROM spans AS s
    JOIN mart.problem_counts AS c
        ON c.span = 'month' AND c.start >= s.first AND c.start < s.first + ('1 ' || 'year')::interval
    GROUP BY 2, 3, 4, 5, 6, 7
)
INSERT INTO mart.plan_counts (
    span, start, start_moscow, start_local, region_id, center, operator_kind,
    flights, flown, planned, cancelled, unclosed, no_landing, with_problems, compared, plan_minutes, minutes, far_apart,
    late, late_n
)
SELECT
    'year', first, first_moscow, first_local, region_id, center, operator_kind,
    flights, flown, planned, cancelled, unclosed, no_landing, with_problems, compared, plan_minutes, minutes, far_apart,
    late, late_n
FROM sums
LEFT JOIN shapes USING (first, first_moscow, first_local, region_id, center, operator_kind);

DROP TABLE stage_days;
