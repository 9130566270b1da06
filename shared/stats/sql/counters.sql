-- What is counted of the flights of a span, region, type and state: a line a counter, `expression AS column`. The columns
-- stand in mart.flight_counts; `counted_flights` (note_flights) is what the expressions see.
coalesce(sum(aircraft), 0) AS aircraft,
count(dep_dt) AS with_dep,
count(arr_dt) AS with_arr,
count(*) FILTER (WHERE region_match = 'near_border') AS near_border,
count(*) FILTER (WHERE region_match = 'outside') AS outside,
count(*) FILTER (WHERE region_match = 'none') AS unplaced,
count(*) FILTER (WHERE operator_kind = 'state') AS by_state,
count(*) FILTER (WHERE operator_kind = 'organisation') AS by_organisation,
count(*) FILTER (WHERE operator_kind = 'entrepreneur') AS by_entrepreneur,
count(*) FILTER (WHERE operator_kind = 'person') AS by_person,
count(*) FILTER (WHERE operator_kind = 'unknown') AS by_unknown,
count(duration_min) AS timed,
coalesce(sum(duration_min), 0) AS minutes,
count(plan_duration_min) AS plan_timed,
coalesce(sum(plan_duration_min), 0) AS plan_minutes
