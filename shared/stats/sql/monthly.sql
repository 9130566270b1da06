-- Every month that the period touches, counted whole, and its growth to the month before and to that of a year ago.
-- Growth is null where the data does not hold the whole of both months.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 and $6 first and last day of the data
WITH months AS (
    SELECT
        m::date AS month,
        m::date >= $5::date AND (m + interval '1 month')::date - 1 <= $6::date AS complete
    FROM generate_series(
        date_trunc('month', $1::date::timestamp) - interval '1 year', date_trunc('month', $2::date::timestamp),
        interval '1 month'
    ) AS m
), counted AS (
    SELECT
        m.month, m.complete,
        coalesce(sum(c.flights), 0)::bigint AS flights, coalesce(sum(c.aircraft), 0)::bigint AS aircraft,
        coalesce(sum(c.minutes), 0)::bigint AS minutes
    FROM months AS m
    LEFT JOIN mart.flight_counts AS c
        ON c.span = 'month' AND c.start = m.month AND c.region_id = $3 AND ($4::text IS NULL OR c.uav_type = $4)
    GROUP BY m.month, m.complete
), compared AS (
    SELECT *,
        lag(flights) OVER w AS month_before, lag(complete) OVER w AS month_before_complete,
        lag(flights, 12) OVER w AS year_before, lag(complete, 12) OVER w AS year_before_complete
    FROM counted
    WINDOW w AS (ORDER BY month)
)
SELECT
    to_char(month, 'YYYY-MM') AS month, complete, flights, aircraft, minutes,
    CASE WHEN complete AND month_before_complete
        THEN round(100.0 * (flights - month_before) / nullif(month_before, 0), 2)::float8 END AS growth_month_percent,
    CASE WHEN complete AND year_before_complete
        THEN round(100.0 * (flights - year_before) / nullif(year_before, 0), 2)::float8 END AS growth_year_percent
FROM compared
WHERE compared.month >= date_trunc('month', $1::date::timestamp)::date
ORDER BY compared.month
