-- Sum up parts of plans against facts, as sum_counts.sql does.
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
