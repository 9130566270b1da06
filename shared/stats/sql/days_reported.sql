-- The days of a period that have data: a workbook speaks of them, or the country has a flight.
-- Other statements hold this one as {days_reported $n $m}, with their own first and last day.
-- $1 first day, $2 last day
WITH spoken AS (
    SELECT range_agg(daterange(period_from, period_to, '[]')) AS days FROM core.loads
    WHERE state = 'done' AND period_from <= period_to
)
SELECT d.day::date AS day
FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS d (day)
CROSS JOIN spoken AS s
WHERE coalesce(d.day::date <@ s.days, false) OR EXISTS (
    SELECT FROM mart.flight_counts AS o WHERE o.span = 'day' AND o.{start} = d.day::date AND o.region_id = -1
)
