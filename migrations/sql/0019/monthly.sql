-- A month that no workbook speaks of is no month without flights: its numbers are null, and so is growth to and from it. Growth of
-- the sum is told where each day of both months has data, that of the mean of a day over the days with data.
DO $body$
DECLARE
    monthly text := $view$
SELECT
    '{days_by}' AS days_by, v.month, v.region, v.region_name,
    v.counted, v.complete, v.flights, v.flown, v.aircraft,
    CASE WHEN v.days > 0 THEN coalesce(v.active_days, 0) END AS active_days, v.minutes, v.timed,
    round(v.flights / nullif(v.days, 0), 2) AS mean_a_day,
    CASE WHEN v.month_comparable THEN round(100.0 * (v.flights - v.month_before) / nullif(v.month_before, 0), 2) END
        AS growth_month_percent,
    CASE WHEN v.year_comparable THEN round(100.0 * (v.flights - v.year_before) / nullif(v.year_before, 0), 2) END
        AS growth_year_percent,
    round(100.0 * (v.flights * v.month_before_days - v.month_before * v.days) / nullif(v.month_before * v.days, 0), 2)
        AS growth_month_daily_percent,
    round(100.0 * (v.flights * v.year_before_days - v.year_before * v.days) / nullif(v.year_before * v.days, 0), 2)
        AS growth_year_daily_percent
FROM (
    SELECT
        n.month, n.days, n.complete, p.region, p.region_name, k.counted,
        f.flights, f.flown, f.aircraft, f.minutes, f.timed,
        CASE WHEN k.counted = 'Состоявшиеся' THEN a.flown_days ELSE a.days END AS active_days,
        lag(f.flights) OVER w AS month_before, lag(n.days) OVER w AS month_before_days,
        n.complete AND lag(n.complete) OVER w AS month_comparable,
        lag(f.flights, 12) OVER w AS year_before, lag(n.days, 12) OVER w AS year_before_days,
        n.complete AND lag(n.complete, 12) OVER w AS year_comparable
    FROM (
        -- Days with data, of each month of the data; no day is looked for that a workbook speaks of.
        SELECT
            d.month, count(*) FILTER (WHERE d.has_data)::numeric AS days, bool_and(d.has_data) AS complete
        FROM (
            SELECT
                date_trunc('month', g.day)::date AS month,
                g.day BETWEEN b.first AND b.last AND (
                    coalesce(g.day::date <@ s.days, false) OR coalesce((
                        SELECT true FROM mart.flight_counts AS o
                        WHERE o.span = 'day' AND o.{start} = g.day::date AND o.region_id = -1
                        LIMIT 1
                    ), false)
                ) AS has_data
            FROM (
                SELECT min({start}) AS first, max({start}) AS last
                FROM mart.flight_counts
                WHERE span = 'day' AND region_id = -1 AND {start} BETWEEN date '2010-01-01'
                  AND (date_trunc('year', current_date) + interval '2 years')::date - 1
            ) AS b
            CROSS JOIN (
                SELECT range_agg(daterange(period_from, period_to, '[]')) AS days FROM core.loads
                WHERE state = 'done' AND period_from <= period_to
            ) AS s
            CROSS JOIN LATERAL generate_series(
                date_trunc('month', b.first::timestamp),
                date_trunc('month', b.last::timestamp) + interval '1 month' - interval '1 day', interval '1 day'
            ) AS g (day)
        ) AS d
        GROUP BY d.month
    ) AS n
    CROSS JOIN core.region_names AS p
    CROSS JOIN LATERAL (
        SELECT
            sum(flights) AS flights, sum(flights) FILTER (WHERE state = 'flown') AS flown,
            sum(aircraft) AS aircraft, sum(aircraft) FILTER (WHERE state = 'flown') AS aircraft_flown,
            sum(minutes) AS minutes, sum(minutes) FILTER (WHERE state = 'flown') AS minutes_flown,
            sum(timed) AS timed, sum(timed) FILTER (WHERE state = 'flown') AS timed_flown
        FROM mart.flight_counts AS c
        WHERE c.span = 'month' AND c.{start} = n.month AND c.region_id = p.region_id AND c.state <> 'cancelled'
    ) AS s
    LEFT JOIN mart.flight_days AS a
        ON a.span = 'month' AND a.clock = '{clock}' AND a.start = n.month AND a.region_id = p.region_id AND a.uav_type = '*'
    CROSS JOIN (VALUES ('Все полёты'), ('Состоявшиеся')) AS k (counted)
    CROSS JOIN LATERAL (
        -- Null of a month without data.
        SELECT
            z.zero + coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.flown ELSE s.flights END, 0) AS flights,
            z.zero + coalesce(s.flown, 0) AS flown,
            z.zero + coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.aircraft_flown ELSE s.aircraft END, 0)
                AS aircraft,
            z.zero + coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.minutes_flown ELSE s.minutes END, 0) AS minutes,
            z.zero + coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.timed_flown ELSE s.timed END, 0) AS timed
        FROM (VALUES (CASE WHEN n.days > 0 THEN 0 END)) AS z (zero)
    ) AS f
    -- Named by region, name and what is counted, so that these are looked for before anything is summed up.
    WINDOW w AS (PARTITION BY p.region, p.region_name, k.counted ORDER BY n.month)
) AS v$view$;
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW mart.monthly AS ' || (
        SELECT string_agg(
            replace(replace(replace(monthly, '{days_by}', c.days_by), '{start}', c.start), '{clock}', c.clock),
            E'\nUNION ALL' ORDER BY c.place
        )
        FROM (VALUES
            (1, 'Москва', 'start_moscow', 'moscow'), (2, 'Местное время', 'start_local', 'local'), (3, 'UTC', 'start', 'utc')
        ) AS c (place, days_by, start, clock)
    );
END
$body$;
