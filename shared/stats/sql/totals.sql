-- One region's or the whole country's sums over a period, all types together or one.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all)
SELECT
    coalesce(sum(c.flights), 0)::bigint AS flights,
    coalesce(sum(c.flown), 0)::bigint AS flown,
    coalesce(sum(c.planned), 0)::bigint AS planned,
    coalesce(sum(c.cancelled), 0)::bigint AS cancelled,
    coalesce(sum(c.aircraft), 0)::bigint AS aircraft,
    coalesce(sum(c.with_dep), 0)::bigint AS with_dep,
    coalesce(sum(c.with_arr), 0)::bigint AS with_arr,
    coalesce(sum(c.near_border), 0)::bigint AS near_border,
    coalesce(sum(c.outside), 0)::bigint AS outside,
    coalesce(sum(c.unplaced), 0)::bigint AS unplaced,
    coalesce(sum(c.by_state), 0)::bigint AS by_state,
    coalesce(sum(c.by_organisation), 0)::bigint AS by_organisation,
    coalesce(sum(c.by_entrepreneur), 0)::bigint AS by_entrepreneur,
    coalesce(sum(c.by_person), 0)::bigint AS by_person,
    coalesce(sum(c.by_unknown), 0)::bigint AS by_unknown,
    coalesce(sum(c.timed), 0)::bigint AS timed,
    coalesce(sum(c.minutes), 0)::bigint AS minutes,
    coalesce(sum(c.plan_timed), 0)::bigint AS plan_timed,
    coalesce(sum(c.plan_minutes), 0)::bigint AS plan_minutes
FROM mart.cover($1::date, $2::date) AS p
JOIN mart.flight_counts AS c ON c.span = p.span AND c.start = p.start AND c.region_id = $3
WHERE $4::text IS NULL OR c.uav_type = $4
