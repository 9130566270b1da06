-- A selection over time, and beside another period.

-- name: days_reported
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

-- name: daily
-- Every day of the period, also without flights, or every week or month, the first one cut at the period's first day.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all),
-- $6 step: day, week or month
WITH reported AS (
    {days_reported $1 $2}
), counted AS (
    SELECT
        d.day::date AS day,
        coalesce(sum(c.flights) FILTER (WHERE c.state <> 'cancelled'), 0) AS flights,
        coalesce(sum(c.flights) FILTER (WHERE c.state = 'flown'), 0) AS flown,
        coalesce(sum(c.flights) FILTER (WHERE c.state = 'planned'), 0) AS planned,
        coalesce(sum(c.flights) FILTER (WHERE c.state = 'cancelled'), 0) AS cancelled,
        coalesce(sum(c.aircraft) FILTER (WHERE c.state <> 'cancelled'), 0) AS aircraft,
        coalesce(sum(c.minutes) FILTER (WHERE c.state <> 'cancelled'), 0) AS minutes
    FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS d (day)
    LEFT JOIN mart.flight_counts AS c
        -- The list lets the planner look each day up; by the region alone it would read all days of all regions.
        ON c.span = 'day' AND c.region_id = $3 AND c.{start} = d.day::date AND c.{start} = ANY (
            ARRAY(SELECT n::date FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS n)
        )
        AND ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
    GROUP BY d.day
), days AS (
    SELECT
        greatest(date_trunc($6::text, c.day::timestamp)::date, $1::date) AS day,
        bool_or(r.day IS NOT NULL) AS has_data,
        sum(c.flights)::bigint AS flights, sum(c.flown)::bigint AS flown, sum(c.planned)::bigint AS planned,
        sum(c.cancelled)::bigint AS cancelled, sum(c.aircraft)::bigint AS aircraft, sum(c.minutes)::bigint AS minutes
    FROM counted AS c
    LEFT JOIN reported AS r ON r.day = c.day
    GROUP BY 1
), peaks AS (
    SELECT
        greatest(date_trunc($6::text, p.{start}::timestamp)::date, $1::date) AS day,
        max(CASE WHEN $5::text = 'flown' THEN coalesce(p.flown_hour, p.peak_hour) ELSE p.peak_hour END) AS peak_hour,
        max(CASE WHEN $5::text = 'flown' THEN coalesce(p.flown_sliding, p.peak_sliding) ELSE p.peak_sliding END)
            AS peak_sliding,
        max(p.peak_airborne) AS peak_airborne
    FROM mart.flight_peaks AS p
    WHERE p.span = 'day' AND p.{start} BETWEEN $1::date AND $2::date AND p.region_id = $3
      AND p.uav_type = coalesce($4::text, '*') AND coalesce($5::text, 'flown') = 'flown'
    GROUP BY 1
)
SELECT
    d.*, coalesce(p.peak_hour, 0) AS peak_hour, coalesce(p.peak_sliding, 0) AS peak_sliding,
    coalesce(p.peak_airborne, 0) AS peak_airborne
FROM days AS d
LEFT JOIN peaks AS p ON p.day = d.day
ORDER BY d.day

-- name: monthly
-- Every month that the period touches, counted whole, and its growth to the month before and to that of a year ago. Of the
-- sum it is null unless each day of both months has data. That of the mean of a day with data is moved neither by the length of
-- months nor by days without data. Of a month without data all is null.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all),
-- $6 and $7 first and last day of the data from the year before the period on
WITH reported AS (
    SELECT date_trunc('month', day::timestamp)::date AS month, count(*) AS days
    FROM (
        {days_reported $6 $7}
    ) AS d
    GROUP BY 1
), months AS (
    SELECT
        m::date AS month, (m + interval '1 month')::date - m::date = coalesce(r.days, 0) AS complete,
        coalesce(r.days, 0) AS days
    FROM generate_series(
        date_trunc('month', $1::date::timestamp) - interval '1 year', date_trunc('month', $2::date::timestamp),
        interval '1 month'
    ) AS m
    LEFT JOIN reported AS r ON r.month = m::date
), counted AS (
    SELECT
        m.month, m.complete, m.days,
        CASE WHEN m.days > 0 THEN coalesce(sum(c.flights), 0)::bigint END AS flights,
        CASE WHEN m.days > 0 THEN coalesce(sum(c.aircraft), 0)::bigint END AS aircraft,
        CASE WHEN m.days > 0 THEN coalesce(sum(c.minutes), 0)::bigint END AS minutes
    FROM months AS m
    LEFT JOIN mart.flight_counts AS c
        ON c.span = 'month' AND c.{start} = m.month AND c.region_id = $3 AND c.state <> 'cancelled'
        AND ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
    GROUP BY m.month, m.complete, m.days
), compared AS (
    SELECT *,
        lag(flights) OVER w AS month_before, lag(days) OVER w AS month_before_days,
        complete AND lag(complete) OVER w AS month_comparable,
        lag(flights, 12) OVER w AS year_before, lag(days, 12) OVER w AS year_before_days,
        complete AND lag(complete, 12) OVER w AS year_comparable
    FROM counted
    WINDOW w AS (ORDER BY month)
)
SELECT
    to_char(month, 'YYYY-MM') AS month, complete, days AS days_with_data, flights, aircraft, minutes,
    round(flights::numeric / nullif(days, 0), 2)::float8 AS mean_a_day,
    month_before_days > 0 AS month_before_has_data, year_before_days > 0 AS year_before_has_data,
    CASE WHEN month_comparable THEN round(100.0 * (flights - month_before) / nullif(month_before, 0), 2)::float8 END
        AS growth_month_percent,
    CASE WHEN year_comparable THEN round(100.0 * (flights - year_before) / nullif(year_before, 0), 2)::float8 END
        AS growth_year_percent,
    round(100.0 * (flights * month_before_days - month_before * days) / nullif(month_before * days, 0), 2)::float8
        AS growth_month_daily_percent,
    round(100.0 * (flights * year_before_days - year_before * days) / nullif(year_before * days, 0), 2)::float8
        AS growth_year_daily_percent
FROM compared
WHERE compared.month >= date_trunc('month', $1::date::timestamp)::date
ORDER BY compared.month

-- name: months_reported
-- Flights of each month of the data, and how many of its days no workbook speaks of or lie beyond the data.
-- $1 region (-1: the whole country), $2 type (null: all), $3 state (null: all), $4 and $5 first and last day of the data
WITH months AS (
    SELECT m::date AS month, (m + interval '1 month')::date AS following
    FROM generate_series(
        date_trunc('month', $4::date::timestamp), date_trunc('month', $5::date::timestamp), interval '1 month'
    ) AS m
), reported AS (
    SELECT date_trunc('month', day::timestamp)::date AS month, count(*) AS days
    FROM (
        {days_reported $4 $5}
    ) AS d
    GROUP BY 1
)
SELECT
    m.month, m.following - m.month AS days, m.following - m.month = coalesce(r.days, 0) AS whole,
    coalesce(sum(c.flights), 0)::bigint AS flights
FROM months AS m
LEFT JOIN reported AS r ON r.month = m.month
LEFT JOIN mart.flight_counts AS c
    ON c.span = 'month' AND c.{start} = m.month AND c.region_id = $1 AND c.state <> 'cancelled'
    AND ($2::text IS NULL OR c.uav_type = $2) AND ($3::text IS NULL OR c.state = $3)
GROUP BY m.month, m.following, r.days
ORDER BY m.month

-- name: day_counts
-- Flights of each day that has any, by region: days since 1970-01-01 and numbers as two lists side by side.
-- $1 first day, $2 last day, $3 region (-1: the whole country; null: each region), $4 type (null: all),
-- $5 state (null: all)
SELECT region_id, array_agg(day) AS days, array_agg(flights) AS flights
FROM (
    SELECT c.region_id, c.{start} - date '1970-01-01' AS day, sum(c.flights)::integer AS flights
    FROM mart.flight_counts AS c
    -- A list of days lets the planner look one region's up, instead of reading all regions' of the period.
    WHERE c.span = 'day' AND CASE WHEN $3::smallint IS NULL THEN c.region_id > 0 ELSE c.region_id = $3 END
      AND c.{start} = ANY (
          ARRAY(SELECT n::date FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS n)
      )
      AND c.state <> 'cancelled' AND ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
    GROUP BY c.region_id, c.{start}
) AS counted
GROUP BY region_id

-- name: comparison
-- Flights of two periods by region, the whole country (-1) and those without a region (0) among them.
-- $1 and $2 parts of the period, $3 and $4 those of the period to compare with, $5 type (null: all), $6 state (null: all)
WITH parts AS (
    SELECT true AS now, span, start, sign FROM {cover $1 $2} AS now
    UNION ALL
    SELECT false, span, start, sign FROM {cover $3 $4} AS earlier
)
SELECT
    c.region_id,
    coalesce(sum(p.sign * c.flights) FILTER (WHERE p.now), 0)::bigint AS flights,
    coalesce(sum(p.sign * c.flights) FILTER (WHERE NOT p.now), 0)::bigint AS before
FROM parts AS p
JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start
WHERE c.state <> 'cancelled' AND ($5::text IS NULL OR c.uav_type = $5) AND ($6::text IS NULL OR c.state = $6)
GROUP BY c.region_id
