-- Zones by state, and the score of centres of all flights and of flown ones. New columns come last, for views of narrowed roles
-- stand on these.
CREATE OR REPLACE VIEW mart.zone_names AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    n.name AS zone, n.flights,
    CASE c.state WHEN 'flown' THEN 'Состоялся' ELSE 'Только план' END AS state
FROM mart.zone_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
CROSS JOIN LATERAL unnest(c.names, c.names_n) AS n (name, flights)
WHERE c.span = 'month' AND c.region_id >= 0;

CREATE OR REPLACE VIEW mart.zone_regions AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    c.flights, c.named, c.circles, c.polygons, c.routes, c.measured, c.touching,
    round(c.flights - c.measured + c.share_millionths / 1000000.0, 6) AS by_area,
    CASE c.state WHEN 'flown' THEN 'Состоялся' ELSE 'Только план' END AS state
FROM mart.zone_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.span = 'month' AND c.region_id >= 0;

CREATE OR REPLACE VIEW mart.center_scores AS
WITH clocks (days_by, first, last) AS (
    SELECT c.days_by, min(c.day), max(c.day)
    FROM mart.flight_counts AS f
    CROSS JOIN LATERAL (
        VALUES ('Москва', f.start_moscow), ('Местное время', f.start_local), ('UTC', f.start)
    ) AS c (days_by, day)
    WHERE f.span = 'day' AND f.region_id = -1
      AND c.day BETWEEN date '2010-01-01' AND (date_trunc('year', current_date) + interval '2 years')::date - 1
    GROUP BY c.days_by
), months AS MATERIALIZED (
    -- The first and last day of each month that is within the data, and how many of its days have data.
    SELECT
        m.days_by, m.month, m.days, greatest(m.month, k.first) AS first,
        least((m.month + interval '1 month')::date - 1, k.last) AS last
    FROM core.months_with_data AS m
    JOIN clocks AS k ON k.days_by = m.days_by
), parts AS (
    SELECT
        k.days_by, k.month, c.region_id, c.center, c.flights, c.flown, c.no_landing,
        NULL::integer AS with_problems, NULL::integer AS flown_problems, NULL::date AS active, NULL::date AS flown_day,
        NULL::bigint AS rows, NULL::bigint AS rejected
    FROM mart.plan_counts AS c
    CROSS JOIN LATERAL (
        VALUES ('Москва', c.start_moscow), ('Местное время', c.start_local), ('UTC', c.start)
    ) AS k (days_by, month)
    WHERE c.span = 'month' AND c.region_id <> 0
    UNION ALL
    SELECT k.days_by, k.month, c.region_id, c.center, NULL, NULL, NULL, c.flights, c.flown, NULL, NULL, NULL, NULL
    FROM mart.problem_counts AS c
    CROSS JOIN LATERAL (
        VALUES ('Москва', c.start_moscow), ('Местное время', c.start_local), ('UTC', c.start)
    ) AS k (days_by, month)
    WHERE c.span = 'month' AND c.region_id <> 0 AND c.problems <> '{}'
    UNION ALL
    SELECT
        k.days_by, date_trunc('month', k.day::timestamp)::date, c.region_id, c.center, NULL, NULL, NULL, NULL, NULL,
        k.day, CASE WHEN c.flown > 0 THEN k.day END, NULL, NULL
    FROM mart.plan_counts AS c
    CROSS JOIN LATERAL (
        VALUES ('Москва', c.start_moscow), ('Местное время', c.start_local), ('UTC', c.start)
    ) AS k (days_by, day)
    WHERE c.span = 'day' AND c.region_id <> 0 AND c.flights > 0
    UNION ALL
    -- A rejected row has no place, so they are those of the whole country.
    SELECT m.days_by, m.month, -1, c.center, NULL, NULL, NULL, NULL, NULL, NULL, NULL, c.rows, c.rejected
    FROM months AS m
    JOIN core.loads AS l
        ON l.state = 'done' AND coalesce(l.period_from, '-infinity') <= m.last
        AND coalesce(l.period_to, 'infinity') >= m.first
    JOIN core.load_centers AS c ON c.load_id = l.id
), sums AS (
    SELECT
        days_by, month, region_id, center, coalesce(sum(flights), 0) AS flights, coalesce(sum(flown), 0) AS flown,
        coalesce(sum(with_problems), 0) AS with_problems, coalesce(sum(flown_problems), 0) AS flown_problems,
        coalesce(sum(no_landing), 0) AS no_landing,
        count(DISTINCT active) AS active_days, count(DISTINCT flown_day) AS flown_days,
        CASE WHEN region_id = -1 THEN coalesce(sum(rows), 0) END AS rows,
        CASE WHEN region_id = -1 THEN coalesce(sum(rejected), 0) END AS rejected
    FROM parts
    GROUP BY days_by, month, region_id, center
), counted AS (
    -- A rejected row has no state either.
    SELECT s.days_by, s.month, s.region_id, s.center, s.flown, s.no_landing, k.*
    FROM sums AS s
    CROSS JOIN LATERAL (
        VALUES
            ('Все полёты', s.flights, s.with_problems, s.active_days, s.rows, s.rejected),
            ('Состоявшиеся', s.flown, s.flown_problems, s.flown_days, NULL, NULL)
    ) AS k (counted, flights, with_problems, active_days, rows, rejected)
    WHERE k.counted = 'Все полёты' OR s.flown > 0
), names AS MATERIALIZED (
    SELECT region_id, region, region_name FROM core.region_names
)
SELECT
    s.days_by, s.month, n.region, n.region_name, coalesce(nullif(s.center, ''), 'Не указан') AS center,
    s.flights, s.flown, s.with_problems, s.no_landing, m.days AS days_with_data, m.days - s.active_days AS silent_days,
    s.rows, s.rejected,
    round(round(
        100 - 100 * (
            coalesce(s.with_problems / nullif(s.flights, 0)::numeric, 0)
            + coalesce(s.no_landing / nullif(s.flown, 0)::numeric, 0)
            + coalesce((m.days - s.active_days) / nullif(m.days, 0)::numeric, 0)
            + coalesce(s.rejected / nullif(s.rows, 0)::numeric, 0)
        ) / nullif((s.flights > 0)::integer + (s.flown > 0)::integer + (m.days > 0)::integer
            + coalesce(s.rows > 0, false)::integer, 0),
        10
    ), 2) AS score,
    s.counted
FROM counted AS s
JOIN months AS m ON m.days_by = s.days_by AND m.month = s.month
JOIN names AS n ON n.region_id = s.region_id;

COMMENT ON VIEW mart.center_scores IS 'Балл центров ЕС ОрВД и четыре доли, из которых он складывается, по месяцам: страна и каждый регион, все полёты и состоявшиеся; выберите по одному days_by и counted, регионы со строкой «Вся страна» не складывать';
COMMENT ON COLUMN mart.center_scores.counted IS 'Все полёты или только состоявшиеся; выбирайте одно значение';
COMMENT ON COLUMN mart.center_scores.rows IS 'Заполненные строки книг, которые говорят об этом месяце; по месяцам не складывать, у регионов и состоявшихся пусто';
COMMENT ON COLUMN mart.center_scores.rejected IS 'Из них отклонённые; у регионов и состоявшихся пусто';
COMMENT ON COLUMN mart.zone_names.state IS 'Состоялся или известен только по плану';
COMMENT ON COLUMN mart.zone_regions.state IS 'Состоялся или известен только по плану';
