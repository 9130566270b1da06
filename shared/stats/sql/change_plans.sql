-- What the change adds to plans against facts and takes from them, as change_counts.sql does.
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
