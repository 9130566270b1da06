-- Flat views for dashboards: one row at the grain a chart asks for, no personal data. Rows of days and months add up over
-- the days and months of any one clock: Moscow's, that of the flight's place, UTC's. What does not add up (growth, peaks)
-- stands once for each clock, and a dashboard takes one of them.
CREATE VIEW mart.region_totals AS
SELECT
    r.region_id,
    r.iso,
    r.name,
    coalesce(sum(c.flights), 0) AS flights,
    coalesce(sum(c.aircraft), 0) AS aircraft,
    coalesce(sum(c.minutes), 0) AS duration_min
FROM mart.regions AS r
LEFT JOIN mart.flight_counts AS c ON c.region_id = r.region_id AND c.span = 'year' AND c.state <> 'cancelled'
GROUP BY r.region_id, r.iso, r.name;

CREATE VIEW mart.daily AS
SELECT
    c.start_moscow AS day, c.start_local AS day_local, c.start AS day_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    CASE c.state WHEN 'flown' THEN 'Состоялся' WHEN 'planned' THEN 'Только план' ELSE 'Отменён' END AS state,
    true AS has_data,
    CASE WHEN c.state <> 'cancelled' THEN c.flights ELSE 0 END AS flights,
    CASE WHEN c.state = 'flown' THEN c.flights ELSE 0 END AS flown,
    CASE WHEN c.state = 'planned' THEN c.flights ELSE 0 END AS planned,
    CASE WHEN c.state = 'cancelled' THEN c.flights ELSE 0 END AS cancelled,
    CASE WHEN c.state <> 'cancelled' THEN c.aircraft ELSE 0 END AS aircraft,
    CASE WHEN c.state <> 'cancelled' THEN c.timed ELSE 0 END AS timed,
    CASE WHEN c.state <> 'cancelled' THEN c.minutes ELSE 0 END AS minutes,
    CASE WHEN c.state <> 'cancelled' THEN c.plan_timed ELSE 0 END AS plan_timed,
    CASE WHEN c.state <> 'cancelled' THEN c.plan_minutes ELSE 0 END AS plan_minutes,
    coalesce(r.official_area_km2, r.area_km2) AS area_km2
FROM mart.flight_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.span = 'day' AND c.region_id >= 0
UNION ALL
SELECT
    d.day::date, d.day::date, d.day::date, coalesce(r.iso, r.region_id::text), r.name, NULL, NULL,
    coalesce(d.day::date <@ s.days, false) OR EXISTS (
        SELECT FROM mart.flight_counts AS o WHERE o.span = 'day' AND o.start_moscow = d.day::date AND o.region_id = -1
    ),
    0, 0, 0, 0, 0, 0, 0, 0, 0, coalesce(r.official_area_km2, r.area_km2)
FROM (
    SELECT min(start_moscow) AS first, max(start_moscow) AS last
    FROM mart.flight_counts
    WHERE span = 'day' AND region_id = -1 AND start_moscow BETWEEN date '2010-01-01' AND (date_trunc('year', current_date) + interval '2 years')::date - 1
) AS b
CROSS JOIN LATERAL generate_series(b.first::timestamp, b.last::timestamp, interval '1 day') AS d (day)
CROSS JOIN (
    SELECT range_agg(daterange(period_from, period_to, '[]')) AS days FROM core.loads
    WHERE state = 'done' AND period_from <= period_to
) AS s
CROSS JOIN mart.regions AS r;

CREATE VIEW mart.monthly AS
SELECT
    'Москва' AS days_by, v.month,
    coalesce(r.iso, r.region_id::text, '') AS region,
    CASE v.region_id WHEN -1 THEN 'Вся страна' ELSE coalesce(r.name, 'Без региона') END AS region_name,
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
        n.month, n.days, n.complete, p.region_id, k.counted,
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
            SELECT min(start_moscow) AS first, max(start_moscow) AS last
            FROM mart.flight_counts
            WHERE span = 'day' AND region_id = -1 AND start_moscow BETWEEN date '2010-01-01' AND (date_trunc('year', current_date) + interval '2 years')::date - 1
        ) AS b
        CROSS JOIN LATERAL generate_series(
            date_trunc('month', b.first::timestamp), date_trunc('month', b.last::timestamp), interval '1 month'
        ) AS m
    ) AS n
    CROSS JOIN (
        SELECT region_id FROM mart.regions UNION ALL SELECT (-1)::smallint UNION ALL SELECT 0::smallint
    ) AS p
    LEFT JOIN (
        SELECT
            start_moscow AS month, region_id,
            sum(flights) AS flights, sum(flights) FILTER (WHERE state = 'flown') AS flown,
            sum(aircraft) AS aircraft, sum(aircraft) FILTER (WHERE state = 'flown') AS aircraft_flown,
            sum(minutes) AS minutes, sum(minutes) FILTER (WHERE state = 'flown') AS minutes_flown,
            sum(timed) AS timed, sum(timed) FILTER (WHERE state = 'flown') AS timed_flown
        FROM mart.flight_counts
        WHERE span = 'month' AND state <> 'cancelled'
        GROUP BY start_moscow, region_id
    ) AS s ON s.month = n.month AND s.region_id = p.region_id
    LEFT JOIN mart.flight_days AS a
        ON a.span = 'month' AND a.clock = 'moscow' AND a.start = n.month AND a.region_id = p.region_id AND a.uav_type = '*'
    CROSS JOIN (VALUES ('Все полёты'), ('Состоявшиеся')) AS k (counted)
    CROSS JOIN LATERAL (
        SELECT
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.flown ELSE s.flights END, 0) AS flights,
            coalesce(s.flown, 0) AS flown,
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.aircraft_flown ELSE s.aircraft END, 0) AS aircraft,
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.minutes_flown ELSE s.minutes END, 0) AS minutes,
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.timed_flown ELSE s.timed END, 0) AS timed
    ) AS f
    WINDOW w AS (PARTITION BY p.region_id, k.counted ORDER BY n.month)
) AS v
LEFT JOIN mart.regions AS r ON r.region_id = v.region_id
UNION ALL
SELECT
    'Местное время' AS days_by, v.month,
    coalesce(r.iso, r.region_id::text, '') AS region,
    CASE v.region_id WHEN -1 THEN 'Вся страна' ELSE coalesce(r.name, 'Без региона') END AS region_name,
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
        n.month, n.days, n.complete, p.region_id, k.counted,
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
            SELECT min(start_local) AS first, max(start_local) AS last
            FROM mart.flight_counts
            WHERE span = 'day' AND region_id = -1 AND start_local BETWEEN date '2010-01-01' AND (date_trunc('year', current_date) + interval '2 years')::date - 1
        ) AS b
        CROSS JOIN LATERAL generate_series(
            date_trunc('month', b.first::timestamp), date_trunc('month', b.last::timestamp), interval '1 month'
        ) AS m
    ) AS n
    CROSS JOIN (
        SELECT region_id FROM mart.regions UNION ALL SELECT (-1)::smallint UNION ALL SELECT 0::smallint
    ) AS p
    LEFT JOIN (
        SELECT
            start_local AS month, region_id,
            sum(flights) AS flights, sum(flights) FILTER (WHERE state = 'flown') AS flown,
            sum(aircraft) AS aircraft, sum(aircraft) FILTER (WHERE state = 'flown') AS aircraft_flown,
            sum(minutes) AS minutes, sum(minutes) FILTER (WHERE state = 'flown') AS minutes_flown,
            sum(timed) AS timed, sum(timed) FILTER (WHERE state = 'flown') AS timed_flown
        FROM mart.flight_counts
        WHERE span = 'month' AND state <> 'cancelled'
        GROUP BY start_local, region_id
    ) AS s ON s.month = n.month AND s.region_id = p.region_id
    LEFT JOIN mart.flight_days AS a
        ON a.span = 'month' AND a.clock = 'local' AND a.start = n.month AND a.region_id = p.region_id AND a.uav_type = '*'
    CROSS JOIN (VALUES ('Все полёты'), ('Состоявшиеся')) AS k (counted)
    CROSS JOIN LATERAL (
        SELECT
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.flown ELSE s.flights END, 0) AS flights,
            coalesce(s.flown, 0) AS flown,
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.aircraft_flown ELSE s.aircraft END, 0) AS aircraft,
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.minutes_flown ELSE s.minutes END, 0) AS minutes,
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.timed_flown ELSE s.timed END, 0) AS timed
    ) AS f
    WINDOW w AS (PARTITION BY p.region_id, k.counted ORDER BY n.month)
) AS v
LEFT JOIN mart.regions AS r ON r.region_id = v.region_id
UNION ALL
SELECT
    'UTC' AS days_by, v.month,
    coalesce(r.iso, r.region_id::text, '') AS region,
    CASE v.region_id WHEN -1 THEN 'Вся страна' ELSE coalesce(r.name, 'Без региона') END AS region_name,
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
        n.month, n.days, n.complete, p.region_id, k.counted,
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
            SELECT min(start) AS first, max(start) AS last
            FROM mart.flight_counts
            WHERE span = 'day' AND region_id = -1 AND start BETWEEN date '2010-01-01' AND (date_trunc('year', current_date) + interval '2 years')::date - 1
        ) AS b
        CROSS JOIN LATERAL generate_series(
            date_trunc('month', b.first::timestamp), date_trunc('month', b.last::timestamp), interval '1 month'
        ) AS m
    ) AS n
    CROSS JOIN (
        SELECT region_id FROM mart.regions UNION ALL SELECT (-1)::smallint UNION ALL SELECT 0::smallint
    ) AS p
    LEFT JOIN (
        SELECT
            start AS month, region_id,
            sum(flights) AS flights, sum(flights) FILTER (WHERE state = 'flown') AS flown,
            sum(aircraft) AS aircraft, sum(aircraft) FILTER (WHERE state = 'flown') AS aircraft_flown,
            sum(minutes) AS minutes, sum(minutes) FILTER (WHERE state = 'flown') AS minutes_flown,
            sum(timed) AS timed, sum(timed) FILTER (WHERE state = 'flown') AS timed_flown
        FROM mart.flight_counts
        WHERE span = 'month' AND state <> 'cancelled'
        GROUP BY start, region_id
    ) AS s ON s.month = n.month AND s.region_id = p.region_id
    LEFT JOIN mart.flight_days AS a
        ON a.span = 'month' AND a.clock = 'utc' AND a.start = n.month AND a.region_id = p.region_id AND a.uav_type = '*'
    CROSS JOIN (VALUES ('Все полёты'), ('Состоявшиеся')) AS k (counted)
    CROSS JOIN LATERAL (
        SELECT
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.flown ELSE s.flights END, 0) AS flights,
            coalesce(s.flown, 0) AS flown,
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.aircraft_flown ELSE s.aircraft END, 0) AS aircraft,
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.minutes_flown ELSE s.minutes END, 0) AS minutes,
            coalesce(CASE k.counted WHEN 'Состоявшиеся' THEN s.timed_flown ELSE s.timed END, 0) AS timed
    ) AS f
    WINDOW w AS (PARTITION BY p.region_id, k.counted ORDER BY n.month)
) AS v
LEFT JOIN mart.regions AS r ON r.region_id = v.region_id;

CREATE VIEW mart.peaks AS
SELECT
    'Москва' AS days_by, c.day,
    coalesce(r.iso, r.region_id::text, '') AS region,
    CASE c.region_id WHEN -1 THEN 'Вся страна' ELSE coalesce(r.name, 'Без региона') END AS region_name,
    CASE c.uav_type WHEN '*' THEN 'Все типы' WHEN '' THEN 'Не указан' ELSE c.uav_type END AS uav_type,
    CASE c.state WHEN '*' THEN 'Все полёты' ELSE 'Состоявшиеся' END AS counted,
    coalesce(c.peak_hour / 10000000000, 0) AS peak_hour, to_timestamp(9999999999 - c.peak_hour % 10000000000) AS peak_hour_at,
    coalesce(c.peak_sliding / 10000000000, 0) AS peak_sliding, to_timestamp(9999999999 - c.peak_sliding % 10000000000) AS peak_sliding_at,
    coalesce(c.peak_airborne / 10000000000, 0) AS peak_airborne, to_timestamp(9999999999 - c.peak_airborne % 10000000000) AS peak_airborne_at
FROM (
    SELECT
        start_moscow AS day, region_id, uav_type, state,
        max(peak_hour * 10000000000 + 9999999999 - date_part('epoch', peak_hour_at)::bigint) AS peak_hour,
        max(peak_sliding * 10000000000 + 9999999999 - date_part('epoch', peak_sliding_at)::bigint) AS peak_sliding,
        max(peak_airborne * 10000000000 + 9999999999 - date_part('epoch', peak_airborne_at)::bigint) AS peak_airborne
    FROM mart.flight_peaks
    WHERE span = 'day'
    GROUP BY start_moscow, region_id, uav_type, state
) AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
UNION ALL
SELECT
    'Местное время' AS days_by, c.day,
    coalesce(r.iso, r.region_id::text, '') AS region,
    CASE c.region_id WHEN -1 THEN 'Вся страна' ELSE coalesce(r.name, 'Без региона') END AS region_name,
    CASE c.uav_type WHEN '*' THEN 'Все типы' WHEN '' THEN 'Не указан' ELSE c.uav_type END AS uav_type,
    CASE c.state WHEN '*' THEN 'Все полёты' ELSE 'Состоявшиеся' END AS counted,
    coalesce(c.peak_hour / 10000000000, 0) AS peak_hour, to_timestamp(9999999999 - c.peak_hour % 10000000000) AS peak_hour_at,
    coalesce(c.peak_sliding / 10000000000, 0) AS peak_sliding, to_timestamp(9999999999 - c.peak_sliding % 10000000000) AS peak_sliding_at,
    coalesce(c.peak_airborne / 10000000000, 0) AS peak_airborne, to_timestamp(9999999999 - c.peak_airborne % 10000000000) AS peak_airborne_at
FROM (
    SELECT
        start_local AS day, region_id, uav_type, state,
        max(peak_hour * 10000000000 + 9999999999 - date_part('epoch', peak_hour_at)::bigint) AS peak_hour,
        max(peak_sliding * 10000000000 + 9999999999 - date_part('epoch', peak_sliding_at)::bigint) AS peak_sliding,
        max(peak_airborne * 10000000000 + 9999999999 - date_part('epoch', peak_airborne_at)::bigint) AS peak_airborne
    FROM mart.flight_peaks
    WHERE span = 'day'
    GROUP BY start_local, region_id, uav_type, state
) AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
UNION ALL
SELECT
    'UTC' AS days_by, c.day,
    coalesce(r.iso, r.region_id::text, '') AS region,
    CASE c.region_id WHEN -1 THEN 'Вся страна' ELSE coalesce(r.name, 'Без региона') END AS region_name,
    CASE c.uav_type WHEN '*' THEN 'Все типы' WHEN '' THEN 'Не указан' ELSE c.uav_type END AS uav_type,
    CASE c.state WHEN '*' THEN 'Все полёты' ELSE 'Состоявшиеся' END AS counted,
    coalesce(c.peak_hour / 10000000000, 0) AS peak_hour, to_timestamp(9999999999 - c.peak_hour % 10000000000) AS peak_hour_at,
    coalesce(c.peak_sliding / 10000000000, 0) AS peak_sliding, to_timestamp(9999999999 - c.peak_sliding % 10000000000) AS peak_sliding_at,
    coalesce(c.peak_airborne / 10000000000, 0) AS peak_airborne, to_timestamp(9999999999 - c.peak_airborne % 10000000000) AS peak_airborne_at
FROM (
    SELECT
        start AS day, region_id, uav_type, state,
        max(peak_hour * 10000000000 + 9999999999 - date_part('epoch', peak_hour_at)::bigint) AS peak_hour,
        max(peak_sliding * 10000000000 + 9999999999 - date_part('epoch', peak_sliding_at)::bigint) AS peak_sliding,
        max(peak_airborne * 10000000000 + 9999999999 - date_part('epoch', peak_airborne_at)::bigint) AS peak_airborne
    FROM mart.flight_peaks
    WHERE span = 'day'
    GROUP BY start, region_id, uav_type, state
) AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id;

CREATE VIEW mart.hours AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    coalesce(r.iso, r.region_id::text) AS region,
    r.name AS region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    CASE c.state WHEN 'flown' THEN 'Состоялся' WHEN 'planned' THEN 'Только план' ELSE 'Отменён' END AS state,
    s.slot / 24 + 1 AS weekday,
    (ARRAY['Пн', 'Вт', 'Ср', 'Чт', 'Пт', 'Сб', 'Вс'])[s.slot / 24 + 1] AS weekday_name,
    s.slot % 24 AS hour,
    (ARRAY['ночь 00-06', 'утро 06-12', 'день 12-18', 'вечер 18-24'])[s.slot % 24 / 6 + 1] AS day_part,
    s.flights
FROM mart.flight_counts AS c
JOIN mart.regions AS r ON r.region_id = c.region_id
CROSS JOIN LATERAL unnest(c.slots, c.slots_n) AS s (slot, flights)
WHERE c.span = 'month' AND c.state <> 'cancelled';

CREATE VIEW mart.durations AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    CASE c.state WHEN 'flown' THEN 'Состоялся' WHEN 'planned' THEN 'Только план' ELSE 'Отменён' END AS state,
    d.kind, d.minutes, d.flights
FROM mart.flight_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
CROSS JOIN LATERAL (
    SELECT 'факт' AS kind, a.minutes, a.flights FROM unnest(c.durations, c.durations_n) AS a (minutes, flights)
    UNION ALL
    SELECT 'план', p.minutes, p.flights FROM unnest(c.plan_durations, c.plan_durations_n) AS p (minutes, flights)
) AS d
WHERE c.span = 'month' AND c.region_id >= 0 AND c.state <> 'cancelled';

CREATE VIEW mart.operators AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    CASE c.state WHEN 'flown' THEN 'Состоялся' WHEN 'planned' THEN 'Только план' ELSE 'Отменён' END AS state,
    o.operator_kind, o.flights
FROM mart.flight_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
CROSS JOIN LATERAL (
    VALUES
        ('Государственный орган', c.by_state), ('Организация', c.by_organisation),
        ('Индивидуальный предприниматель', c.by_entrepreneur), ('Физическое лицо', c.by_person),
        ('Не указан', c.by_unknown)
) AS o (operator_kind, flights)
WHERE c.span = 'month' AND c.region_id >= 0 AND c.state <> 'cancelled';

CREATE VIEW mart.quality AS
SELECT
    nullif(c.start_moscow, '-infinity') AS month, nullif(c.start_local, '-infinity') AS month_local,
    nullif(c.start, '-infinity') AS month_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    CASE c.state WHEN 'flown' THEN 'Состоялся' WHEN 'planned' THEN 'Только план' ELSE 'Отменён' END AS state,
    c.flights, c.with_dep, c.with_arr, c.timed, c.near_border, c.outside, c.unplaced,
    CASE WHEN c.span = 'undated' THEN c.flights ELSE 0 END AS undated
FROM mart.flight_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.span IN ('month', 'undated') AND c.region_id >= 0 AND c.state <> 'cancelled';

CREATE VIEW mart.places AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    format('[%s,%s]', round(p.lat::numeric, 5), round(p.lon::numeric, 5)) AS point,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    c.flights, c.flown
FROM mart.flight_cells AS c
CROSS JOIN LATERAL mart.cell_centre(c.level, c.x, c.y) AS p
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.level = 20;

COMMENT ON VIEW mart.region_totals IS 'Полёты, аппараты и минуты в воздухе по регионам за всё время; отменённые не считаются';
COMMENT ON COLUMN mart.region_totals.region_id IS 'Номер региона в действующем наборе границ';
COMMENT ON COLUMN mart.region_totals.iso IS 'Код региона по ISO 3166-2';
COMMENT ON COLUMN mart.region_totals.name IS 'Регион';
COMMENT ON COLUMN mart.region_totals.flights IS 'Число полётов';
COMMENT ON COLUMN mart.region_totals.aircraft IS 'Число аппаратов';
COMMENT ON COLUMN mart.region_totals.duration_min IS 'Фактический налёт, минут';

COMMENT ON VIEW mart.daily IS 'Полёты по дням, регионам, типам и состоянию; у каждого дня и региона есть строка с нулями, чтобы дни без полётов были видны';
COMMENT ON COLUMN mart.daily.day IS 'День вылета по московскому времени';
COMMENT ON COLUMN mart.daily.day_local IS 'День вылета по времени места полёта';
COMMENT ON COLUMN mart.daily.day_utc IS 'День вылета, UTC';
COMMENT ON COLUMN mart.daily.region IS 'Код региона по ISO 3166-2; пусто, если региона нет';
COMMENT ON COLUMN mart.daily.region_name IS 'Регион';
COMMENT ON COLUMN mart.daily.uav_type IS 'Тип воздушного судна; пусто в строке с нулями';
COMMENT ON COLUMN mart.daily.state IS 'Состоялся, только план или отменён; пусто в строке с нулями';
COMMENT ON COLUMN mart.daily.has_data IS 'Есть ли данные об этом дне: о нём говорит хотя бы одна загруженная книга';
COMMENT ON COLUMN mart.daily.flights IS 'Число полётов без отменённых';
COMMENT ON COLUMN mart.daily.flown IS 'Из них состоявшиеся: есть вылет или посадка';
COMMENT ON COLUMN mart.daily.planned IS 'Из них только план';
COMMENT ON COLUMN mart.daily.cancelled IS 'Отменённые планы';
COMMENT ON COLUMN mart.daily.aircraft IS 'Число аппаратов';
COMMENT ON COLUMN mart.daily.timed IS 'Полёты с известной фактической длительностью';
COMMENT ON COLUMN mart.daily.minutes IS 'Фактический налёт, минут';
COMMENT ON COLUMN mart.daily.plan_timed IS 'Полёты с известной плановой длительностью';
COMMENT ON COLUMN mart.daily.plan_minutes IS 'Плановый налёт, минут';
COMMENT ON COLUMN mart.daily.area_km2 IS 'Площадь региона, кв. км: официальная, где её нет, то по границам';

COMMENT ON VIEW mart.monthly IS 'Полёты по месяцам с приростом, и месяцы без полётов; выберите days_by и counted, строку «Вся страна» с регионами не складывать';
COMMENT ON COLUMN mart.monthly.days_by IS 'Чьи сутки: Москва, местное время или UTC; выбирайте одно значение';
COMMENT ON COLUMN mart.monthly.month IS 'Первый день месяца';
COMMENT ON COLUMN mart.monthly.region IS 'Код региона по ISO 3166-2; пусто для всей страны и полётов без региона';
COMMENT ON COLUMN mart.monthly.region_name IS 'Регион';
COMMENT ON COLUMN mart.monthly.counted IS 'Все полёты или только состоявшиеся; выбирайте одно значение';
COMMENT ON COLUMN mart.monthly.complete IS 'Есть ли в данных весь месяц';
COMMENT ON COLUMN mart.monthly.flights IS 'Число полётов без отменённых';
COMMENT ON COLUMN mart.monthly.flown IS 'Из них состоявшиеся';
COMMENT ON COLUMN mart.monthly.aircraft IS 'Число аппаратов';
COMMENT ON COLUMN mart.monthly.active_days IS 'Дней с полётами';
COMMENT ON COLUMN mart.monthly.minutes IS 'Фактический налёт, минут';
COMMENT ON COLUMN mart.monthly.timed IS 'Полёты с известной фактической длительностью';
COMMENT ON COLUMN mart.monthly.mean_a_day IS 'Полётов в сутки в среднем';
COMMENT ON COLUMN mart.monthly.growth_month_percent IS 'Прирост суммы к прошлому месяцу, %; пусто, если в данных нет обоих месяцев целиком';
COMMENT ON COLUMN mart.monthly.growth_year_percent IS 'Прирост суммы к тому же месяцу прошлого года, %';
COMMENT ON COLUMN mart.monthly.growth_month_daily_percent IS 'Прирост среднего за сутки к прошлому месяцу, %';
COMMENT ON COLUMN mart.monthly.growth_year_daily_percent IS 'Прирост среднего за сутки к тому же месяцу прошлого года, %';

COMMENT ON VIEW mart.peaks IS 'Пиковая нагрузка каждого дня; выберите days_by, counted и тип, по периоду брать наибольшее, не сумму';
COMMENT ON COLUMN mart.peaks.days_by IS 'Чьи сутки: Москва, местное время или UTC; выбирайте одно значение';
COMMENT ON COLUMN mart.peaks.day IS 'День';
COMMENT ON COLUMN mart.peaks.region IS 'Код региона по ISO 3166-2; пусто для всей страны и полётов без региона';
COMMENT ON COLUMN mart.peaks.region_name IS 'Регион';
COMMENT ON COLUMN mart.peaks.uav_type IS 'Тип воздушного судна или «Все типы»';
COMMENT ON COLUMN mart.peaks.counted IS 'Все полёты или только состоявшиеся; выбирайте одно значение';
COMMENT ON COLUMN mart.peaks.peak_hour IS 'Наибольшее число полётов, начавшихся за один час по часам';
COMMENT ON COLUMN mart.peaks.peak_hour_at IS 'Начало этого часа';
COMMENT ON COLUMN mart.peaks.peak_sliding IS 'Наибольшее число полётов, начавшихся за любые шестьдесят минут';
COMMENT ON COLUMN mart.peaks.peak_sliding_at IS 'Начало этих минут';
COMMENT ON COLUMN mart.peaks.peak_airborne IS 'Наибольшее число полётов одновременно в воздухе';
COMMENT ON COLUMN mart.peaks.peak_airborne_at IS 'С какого момента';

COMMENT ON VIEW mart.hours IS 'Полёты по дням недели и часам местного времени';
COMMENT ON COLUMN mart.hours.month IS 'Первый день месяца по московскому времени';
COMMENT ON COLUMN mart.hours.month_local IS 'Первый день месяца по времени места полёта';
COMMENT ON COLUMN mart.hours.month_utc IS 'Первый день месяца, UTC';
COMMENT ON COLUMN mart.hours.region IS 'Код региона по ISO 3166-2';
COMMENT ON COLUMN mart.hours.region_name IS 'Регион';
COMMENT ON COLUMN mart.hours.uav_type IS 'Тип воздушного судна';
COMMENT ON COLUMN mart.hours.state IS 'Состоялся или только план';
COMMENT ON COLUMN mart.hours.weekday IS 'День недели: 1 понедельник, 7 воскресенье';
COMMENT ON COLUMN mart.hours.weekday_name IS 'День недели';
COMMENT ON COLUMN mart.hours.hour IS 'Час вылета по местному времени, 0-23';
COMMENT ON COLUMN mart.hours.day_part IS 'Часть суток';
COMMENT ON COLUMN mart.hours.flights IS 'Число полётов без отменённых';

COMMENT ON VIEW mart.durations IS 'Сколько полётов какой длительности, фактической и плановой';
COMMENT ON COLUMN mart.durations.month IS 'Первый день месяца по московскому времени';
COMMENT ON COLUMN mart.durations.month_local IS 'Первый день месяца по времени места полёта';
COMMENT ON COLUMN mart.durations.month_utc IS 'Первый день месяца, UTC';
COMMENT ON COLUMN mart.durations.region IS 'Код региона по ISO 3166-2; пусто, если региона нет';
COMMENT ON COLUMN mart.durations.region_name IS 'Регион';
COMMENT ON COLUMN mart.durations.uav_type IS 'Тип воздушного судна';
COMMENT ON COLUMN mart.durations.state IS 'Состоялся или только план';
COMMENT ON COLUMN mart.durations.kind IS 'Длительность: факт или план';
COMMENT ON COLUMN mart.durations.minutes IS 'Длительность, минут';
COMMENT ON COLUMN mart.durations.flights IS 'Число полётов такой длительности';

COMMENT ON VIEW mart.operators IS 'Полёты по видам эксплуатантов, без имён';
COMMENT ON COLUMN mart.operators.month IS 'Первый день месяца по московскому времени';
COMMENT ON COLUMN mart.operators.month_local IS 'Первый день месяца по времени места полёта';
COMMENT ON COLUMN mart.operators.month_utc IS 'Первый день месяца, UTC';
COMMENT ON COLUMN mart.operators.region IS 'Код региона по ISO 3166-2; пусто, если региона нет';
COMMENT ON COLUMN mart.operators.region_name IS 'Регион';
COMMENT ON COLUMN mart.operators.uav_type IS 'Тип воздушного судна';
COMMENT ON COLUMN mart.operators.state IS 'Состоялся или только план';
COMMENT ON COLUMN mart.operators.operator_kind IS 'Вид эксплуатанта';
COMMENT ON COLUMN mart.operators.flights IS 'Число полётов без отменённых';

COMMENT ON VIEW mart.quality IS 'Полнота данных по месяцам и регионам';
COMMENT ON COLUMN mart.quality.month IS 'Первый день месяца по московскому времени; пусто у полётов без даты';
COMMENT ON COLUMN mart.quality.month_local IS 'Первый день месяца по времени места полёта; пусто у полётов без даты';
COMMENT ON COLUMN mart.quality.month_utc IS 'Первый день месяца, UTC; пусто у полётов без даты';
COMMENT ON COLUMN mart.quality.region IS 'Код региона по ISO 3166-2; пусто, если региона нет';
COMMENT ON COLUMN mart.quality.region_name IS 'Регион';
COMMENT ON COLUMN mart.quality.uav_type IS 'Тип воздушного судна';
COMMENT ON COLUMN mart.quality.state IS 'Состоялся или только план';
COMMENT ON COLUMN mart.quality.flights IS 'Число полётов без отменённых';
COMMENT ON COLUMN mart.quality.with_dep IS 'Известно фактическое время вылета';
COMMENT ON COLUMN mart.quality.with_arr IS 'Известно фактическое время посадки';
COMMENT ON COLUMN mart.quality.timed IS 'Известна фактическая длительность';
COMMENT ON COLUMN mart.quality.near_border IS 'Точка у границы, вне регионов и не дальше 5 км от ближайшего';
COMMENT ON COLUMN mart.quality.outside IS 'Точка вне границ всех регионов, на суше соседней страны или дальше 5 км';
COMMENT ON COLUMN mart.quality.unplaced IS 'Точка неизвестна';
COMMENT ON COLUMN mart.quality.undated IS 'Дата неизвестна';

COMMENT ON VIEW mart.places IS 'Места полётов для карты точек, с числом полётов';
COMMENT ON COLUMN mart.places.month IS 'Первый день месяца по московскому времени';
COMMENT ON COLUMN mart.places.month_local IS 'Первый день месяца по времени места полёта';
COMMENT ON COLUMN mart.places.month_utc IS 'Первый день месяца, UTC';
COMMENT ON COLUMN mart.places.point IS 'Место с точностью до десятков метров, [широта,долгота]';
COMMENT ON COLUMN mart.places.region IS 'Код региона по ISO 3166-2; пусто, если региона нет';
COMMENT ON COLUMN mart.places.region_name IS 'Регион';
COMMENT ON COLUMN mart.places.uav_type IS 'Тип воздушного судна';
COMMENT ON COLUMN mart.places.flights IS 'Число полётов без отменённых';
COMMENT ON COLUMN mart.places.flown IS 'Из них состоявшиеся';
