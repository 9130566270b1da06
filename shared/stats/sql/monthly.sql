-- Every month that the period touches, counted whole, and its growth to the month before and to that of a year ago: of the
-- sum, and of the mean of a day, which the length of months does not move. Growth is null where the data does not hold the
-- whole of both months.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all),
-- $6 and $7 first and last day of the data
WITH months AS (
    SELECT
        m::date AS month,
        m::date >= $6::date AND (m + interval '1 month')::date - 1 <= $7::date AS complete,
        (m + interval '1 month')::date - m::date AS days
    FROM generate_series(
        date_trunc('month', $1::date::timestamp) - interval '1 year', date_trunc('month', $2::date::timestamp),
        interval '1 month'
    ) AS m
), counted AS (
    SELECT
        m.month, m.complete, m.days,
        coalesce(sum(c.flights), 0)::bigint AS flights, coalesce(sum(c.aircraft), 0)::bigint AS aircraft,
        coalesce(sum(c.minutes), 0)::bigint AS minutes
    FROM months AS m
    LEFT JOIN mart.flight_counts AS c
        ON c.span = 'month' AND c.{start} = m.month AND c.region_id = $3 AND c.state <> 'cancelled'
        AND ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
    GROUP BY m.month, m.complete, m.days
), compared AS (
    SELECT *,
        CASE WHEN complete AND lag(complete) OVER w THEN lag(flights) OVER w END AS month_before,
        lag(days) OVER w AS month_before_days,
        CASE WHEN complete AND lag(complete, 12) OVER w THEN lag(flights, 12) OVER w END AS year_before,
        lag(days, 12) OVER w AS year_before_days
    FROM counted
    WINDOW w AS (ORDER BY month)
)
SELECT
    to_char(month, 'YYYY-MM') AS month, complete, flights, aircraft, minutes,
    round(flights::numeric / days, 2)::float8 AS mean_a_day,
    round(100.0 * (flights - month_before) / nullif(month_before, 0), 2)::float8 AS growth_month_percent,
    round(100.0 * (flights - year_before) / nullif(year_before, 0), 2)::float8 AS growth_year_percent,
    round(100.0 * (flights * month_before_days - month_before * days) / nullif(month_before * days, 0), 2)::float8
        AS growth_month_daily_percent,
    round(100.0 * (flights * year_before_days - year_before * days) / nullif(year_before * days, 0), 2)::float8
        AS growth_year_daily_percent
FROM compared
WHERE compared.month >= date_trunc('month', $1::date::timestamp)::date
ORDER BY compared.month
