-- Plans against facts: of all flights, by centre, by kind of operator. A row's centre and kind are null where it sums up
-- over them. Lateness is exact: the median lies between the two in the middle of an even number, ninety of a hundred are
-- no later than the ninetieth.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 minutes from which on a take-off is late
WITH parts AS MATERIALIZED (
    SELECT c.*
    FROM mart.cover($1::date, $2::date) AS p
    JOIN mart.plan_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
), sums AS (
    SELECT
        center, operator_kind,
        coalesce(sum(flights), 0)::bigint AS flights, coalesce(sum(flown), 0)::bigint AS flown,
        coalesce(sum(planned), 0)::bigint AS planned, coalesce(sum(cancelled), 0)::bigint AS cancelled,
        coalesce(sum(unclosed), 0)::bigint AS unclosed, coalesce(sum(compared), 0)::bigint AS compared,
        coalesce(sum(plan_minutes), 0)::bigint AS plan_minutes, coalesce(sum(minutes), 0)::bigint AS minutes,
        coalesce(sum(far_apart), 0)::bigint AS far_apart
    FROM parts
    GROUP BY GROUPING SETS ((), (center), (operator_kind))
), listed AS (
    SELECT center, operator_kind, minutes, sum(coalesce(n, 1))::integer AS n
    FROM (SELECT center, operator_kind, unnest(late) AS minutes, unnest(late_n) AS n FROM parts) AS d
    GROUP BY center, operator_kind, minutes
), merged AS (
    SELECT center, operator_kind, minutes, sum(n)::integer AS n
    FROM listed
    GROUP BY GROUPING SETS ((minutes), (center, minutes), (operator_kind, minutes))
), stacked AS (
    SELECT
        center, operator_kind, minutes, n,
        sum(n) OVER (PARTITION BY center, operator_kind ORDER BY minutes ROWS UNBOUNDED PRECEDING) AS upto,
        sum(n) OVER (PARTITION BY center, operator_kind) AS timed
    FROM merged
), lateness AS (
    SELECT
        center, operator_kind, timed,
        (min(minutes) FILTER (WHERE upto >= (timed + 1) / 2) + min(minutes) FILTER (WHERE upto >= timed / 2 + 1)) / 2.0
            AS median,
        min(minutes) FILTER (WHERE 10 * upto >= 9 * timed) AS ninetieth,
        coalesce(sum(n) FILTER (WHERE minutes > $4::integer), 0)::bigint AS late
    FROM stacked
    GROUP BY center, operator_kind, timed
)
SELECT
    s.*, coalesce(l.timed, 0) AS timed, l.median::float8 AS median, l.ninetieth, coalesce(l.late, 0) AS late
FROM sums AS s
LEFT JOIN lateness AS l
    ON l.center IS NOT DISTINCT FROM s.center AND l.operator_kind IS NOT DISTINCT FROM s.operator_kind
ORDER BY s.flights DESC, s.center, s.operator_kind
