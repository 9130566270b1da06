-- Count plans against facts of the days of stage_days anew, by region, centre and kind of operator, for the whole country
-- (-1) too; and flights by the codes of what is wrong with them. Lateness is the take-off less the planned one, minutes;
-- more than twelve hours apart they are taken for a slip in one of the two dates.
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
