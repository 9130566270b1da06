-- Views that a region's name or code is looked for in: regions are joined by their number, so that the roll-ups are read by
-- index for the regions asked for. The country and flights without a region stand beside the regions.
CREATE VIEW core.region_names AS
SELECT region_id, coalesce(iso, region_id::text) AS region, name AS region_name FROM mart.regions
UNION ALL
VALUES ((-1)::smallint, '', 'Вся страна'), (0::smallint, '', 'Без региона');

COMMENT ON VIEW core.region_names IS 'code and name of each active region, of the country (-1) and of flights without a region (0)';

CREATE OR REPLACE VIEW mart.places AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    format('[%s,%s]', round(p.lat::numeric, 5), round(p.lon::numeric, 5)) AS point,
    r.region, r.region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    c.flights, c.flown
FROM core.region_names AS r
JOIN mart.flight_cells AS c ON c.region_id = r.region_id
CROSS JOIN LATERAL mart.cell_centre(c.level, c.x, c.y) AS p
WHERE c.level = 20;

-- What stands once for each clock is written once; a filter of the clock leaves the other two unread.
DO $body$
DECLARE
    monthly text := $view$
SELECT
    '{days_by}' AS days_by, v.month, v.region, v.region_name,
    v.counted, v.complete, v.flights, v.flown, v.aircraft, coalesce(v.active_days, 0) AS active_days, v.minutes, v.timed,
    round(v.flights / v.days, 2) AS mean_a_day,
    round(100.0 * (v.flights - v.month_before) / nullif(v.month_before, 0), 2) AS growth_month_percent,
    round(100.0 * (v.flights - v.year_before) / nullif(v.year_before, 0), 2) AS growth_year_percent,
    round(100.0 * (v.flights * v.month_before_days - v.month_before * v.days) / nullif(v.month_before * v.days, 0), 2)
        AS growth_month_daily_percent,
    round(100.0 * (v.flights * v.year_before_days - v.year_before * v.days) / nullif(v.year_before * v.days, 0), 2)
        AS growth_year_daily_percent
FROM (
    SELECT
        n.month, n.days, n.complete, p.region, p.region_name, k.counted,
        f.flights, f.flown, f.aircraft, f.minutes, f.timed,
        CASE WHEN k.counted = 'Состоявшиеся' THEN a.flown_days ELSE a.days END AS active_days,
        CASE WHEN n.complete AND lag(n.complete) OVER w THEN lag(f.flights) OVER w END AS month_before,
        lag(n.days) OVER w AS month_before_days,
        CASE WHEN n.complete AND lag(n.complete, 12) OVER w THEN lag(f.flights, 12) OVER w END AS year_before,
        lag(n.days, 12) OVER w AS year_before_days
    FROM (
        SELECT
            m::date AS month, ((m + interval '1 month')::date - m::date)::numeric AS days,
            m::date >= b.first AND (m + interval '1 month')::date - 1 <= b.last AS complete
        FROM (
            SELECT min({start}) AS first, max({start}) AS last
            FROM mart.flight_counts
            WHERE span = 'day' AND region_id = -1
              AND {start} BETWEEN date '2010-01-01' AND (date_trunc('year', current_date) + interval '2 years')::date - 1
        ) AS b
        CROSS JOIN LATERAL generate_series(
            date_trunc('month', b.first::timestamp), date_trunc('month', b.last::timestamp), interval '1 month'
        ) AS m
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
        SELECT
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.flown ELSE s.flights END, 0) AS flights,
            coalesce(s.flown, 0) AS flown,
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.aircraft_flown ELSE s.aircraft END, 0) AS aircraft,
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.minutes_flown ELSE s.minutes END, 0) AS minutes,
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.timed_flown ELSE s.timed END, 0) AS timed
    ) AS f
    -- Named by region, name and what is counted, so that these are looked for before anything is summed up.
    WINDOW w AS (PARTITION BY p.region, p.region_name, k.counted ORDER BY n.month)
) AS v$view$;
    peaks text := $view$
SELECT
    '{days_by}' AS days_by, c.day, c.region, c.region_name,
    CASE c.uav_type WHEN '*' THEN 'Все типы' WHEN '' THEN 'Не указан' ELSE c.uav_type END AS uav_type, k.counted,
    mart.peak_n(k.hour) AS peak_hour, mart.peak_at(k.hour) AS peak_hour_at,
    mart.peak_n(k.sliding) AS peak_sliding, mart.peak_at(k.sliding) AS peak_sliding_at,
    mart.peak_n(c.airborne) AS peak_airborne, mart.peak_at(c.airborne) AS peak_airborne_at
FROM (
    SELECT
        p.{start} AS day, r.region, r.region_name, p.uav_type,
        coalesce(max(mart.peak(p.peak_hour, p.peak_hour_at)), 0) AS hour,
        coalesce(max(mart.peak(p.peak_sliding, p.peak_sliding_at)), 0) AS sliding,
        coalesce(max(mart.peak(p.peak_airborne, p.peak_airborne_at)), 0) AS airborne,
        coalesce(max(
            CASE WHEN p.flown_hour IS NULL THEN mart.peak(p.peak_hour, p.peak_hour_at)
            ELSE mart.peak(p.flown_hour, p.flown_hour_at) END
        ), 0) AS flown_hour,
        coalesce(max(
            CASE WHEN p.flown_sliding IS NULL THEN mart.peak(p.peak_sliding, p.peak_sliding_at)
            ELSE mart.peak(p.flown_sliding, p.flown_sliding_at) END
        ), 0) AS flown_sliding
    FROM core.region_names AS r
    JOIN mart.flight_peaks AS p ON p.region_id = r.region_id
    WHERE p.span = 'day'
    GROUP BY p.{start}, r.region, r.region_name, p.uav_type
) AS c
CROSS JOIN LATERAL (
    VALUES ('Все полёты', c.hour, c.sliding), ('Состоявшиеся', c.flown_hour, c.flown_sliding)
) AS k (counted, hour, sliding)$view$;
    each record;
BEGIN
    FOR each IN
        SELECT v.name, string_agg(
            replace(replace(replace(v.body, '{days_by}', c.days_by), '{start}', c.start), '{clock}', c.clock),
            E'\nUNION ALL' ORDER BY c.place
        ) AS body
        FROM (VALUES ('monthly', monthly), ('peaks', peaks)) AS v (name, body)
        CROSS JOIN (VALUES
            (1, 'Москва', 'start_moscow', 'moscow'), (2, 'Местное время', 'start_local', 'local'), (3, 'UTC', 'start', 'utc')
        ) AS c (place, days_by, start, clock)
        GROUP BY v.name
    LOOP
        EXECUTE format('CREATE OR REPLACE VIEW mart.%I AS %s', each.name, each.body);
    END LOOP;
END
$body$;
