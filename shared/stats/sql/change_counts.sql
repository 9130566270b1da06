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
