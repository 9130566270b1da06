-- Contributions know of days without data, as mart.monthly does: of a span without any day with data there are no flights to tell,
-- and no change to or from a span that was sent in part.

-- The months that the data touch by each clock, and how many of their days between the first and the last with a flight have data.
CREATE VIEW core.months_with_data AS
WITH counted AS MATERIALIZED (
    SELECT DISTINCT c.days_by, c.day
    FROM mart.flight_counts AS f
    CROSS JOIN LATERAL (
        VALUES ('Москва', f.start_moscow), ('Местное время', f.start_local), ('UTC', f.start)
    ) AS c (days_by, day)
    WHERE f.span = 'day' AND f.region_id = -1
      AND c.day BETWEEN date '2010-01-01' AND (date_trunc('year', current_date) + interval '2 years')::date - 1
), spoken AS (
    SELECT range_agg(daterange(period_from, period_to, '[]')) AS days FROM core.loads
    WHERE state = 'done' AND period_from <= period_to
)
SELECT
    m.days_by, m.month, m.days,
    m.days = (m.month + interval '1 month')::date - m.month AS complete
FROM (
    SELECT
        b.days_by, date_trunc('month', d.day)::date AS month,
        count(*) FILTER (WHERE coalesce(d.day::date <@ s.days, false) OR c.day IS NOT NULL) AS days
    FROM (SELECT days_by, min(day) AS first, max(day) AS last FROM counted GROUP BY days_by) AS b
    CROSS JOIN LATERAL generate_series(b.first::timestamp, b.last::timestamp, interval '1 day') AS d (day)
    CROSS JOIN spoken AS s
    LEFT JOIN counted AS c ON c.days_by = b.days_by AND c.day = d.day::date
    GROUP BY 1, 2
) AS m;
COMMENT ON VIEW core.months_with_data IS 'months of the data by clock: days with data, and whether those are all their days';
GRANT SELECT ON core.months_with_data TO fp_ingest, fp_api;

CREATE OR REPLACE VIEW mart.contributions AS
WITH spans AS MATERIALIZED (
    SELECT days_by, month, days, complete FROM core.months_with_data
), months AS (
    SELECT
        k.days_by, k.month, c.region_id,
        sum(c.flights) AS flights, coalesce(sum(c.flights) FILTER (WHERE c.state = 'flown'), 0) AS flown
    FROM mart.flight_counts AS c
    CROSS JOIN LATERAL (
        VALUES ('Москва', c.start_moscow), ('Местное время', c.start_local), ('UTC', c.start)
    ) AS k (days_by, month)
    WHERE c.span = 'month' AND c.state <> 'cancelled'
    GROUP BY k.days_by, k.month, c.region_id
), counted AS (
    SELECT m.days_by, m.month, m.region_id, v.counted, v.flights
    FROM months AS m
    CROSS JOIN LATERAL (VALUES ('Все полёты', m.flights), ('Состоявшиеся', m.flown)) AS v (counted, flights)
), sides (against, later) AS (
    VALUES ('Месяц назад', interval '1 month'), ('Год назад', interval '1 year')
), compared AS (
    SELECT
        days_by, against, later, counted, month, region_id, sum(flights) AS flights, sum(before) AS before
    FROM (
        SELECT days_by, a.against, a.later, counted, month, region_id, flights, 0 AS before
        FROM counted
        CROSS JOIN sides AS a
        UNION ALL
        SELECT days_by, a.against, a.later, counted, (month + a.later)::date, region_id, 0, flights
        FROM counted
        CROSS JOIN sides AS a
    ) AS both_sides
    GROUP BY days_by, against, later, counted, month, region_id
)
SELECT
    c.days_by, c.against, c.counted, c.month,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    CASE WHEN now.days > 0 THEN c.flights END AS flights,
    CASE WHEN earlier.days > 0 THEN c.before END AS before,
    CASE WHEN now.complete AND earlier.complete THEN c.flights - c.before END AS change,
    CASE WHEN now.complete AND earlier.complete THEN round(100.0 * (c.flights - c.before) / nullif(c.whole, 0), 4) END
        AS points
FROM (
    SELECT *, sum(before) FILTER (WHERE region_id = -1) OVER (PARTITION BY days_by, against, counted, month) AS whole
    FROM compared
) AS c
JOIN spans AS now ON now.days_by = c.days_by AND now.month = c.month
JOIN spans AS earlier ON earlier.days_by = c.days_by AND earlier.month = (c.month - c.later)::date
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.region_id >= 0;

CREATE OR REPLACE VIEW mart.span_contributions AS
WITH spans AS MATERIALIZED (
    SELECT
        s.span, s.months, d.days_by,
        (d.month - make_interval(months => (date_part('month', d.month)::integer - 1) % s.months))::date AS start,
        sum(d.days) > 0 AS has_data, bool_and(d.complete) AND count(*) = s.months AS complete
    FROM core.months_with_data AS d
    CROSS JOIN (VALUES ('Квартал', 3), ('Полугодие', 6), ('Год', 12)) AS s (span, months)
    GROUP BY 1, 2, 3, 4
), sums AS (
    SELECT
        s.span, s.months, k.days_by,
        (k.month - make_interval(months => (date_part('month', k.month)::integer - 1) % s.months))::date AS start,
        c.region_id, sum(c.flights) AS flights, coalesce(sum(c.flights) FILTER (WHERE c.state = 'flown'), 0) AS flown
    FROM mart.flight_counts AS c
    CROSS JOIN LATERAL (
        VALUES ('Москва', c.start_moscow), ('Местное время', c.start_local), ('UTC', c.start)
    ) AS k (days_by, month)
    CROSS JOIN (VALUES ('Квартал', 3), ('Полугодие', 6), ('Год', 12)) AS s (span, months)
    WHERE c.span = 'month' AND c.state <> 'cancelled'
    GROUP BY 1, 2, 3, 4, 5
), counted AS (
    SELECT s.span, s.months, s.days_by, s.start, s.region_id, v.counted, v.flights
    FROM sums AS s
    CROSS JOIN LATERAL (VALUES ('Все полёты', s.flights), ('Состоявшиеся', s.flown)) AS v (counted, flights)
), compared AS (
    SELECT
        days_by, span, against, later, counted, start, region_id, sum(flights) AS flights, sum(before) AS before
    FROM (
        SELECT c.days_by, c.span, a.against, a.later, c.counted, c.start, c.region_id, c.flights, 0 AS before
        FROM counted AS c
        CROSS JOIN LATERAL (VALUES ('Срок назад', c.months), ('Год назад', 12)) AS a (against, later)
        UNION ALL
        SELECT
            c.days_by, c.span, a.against, a.later, c.counted, (c.start + make_interval(months => a.later))::date,
            c.region_id, 0, c.flights
        FROM counted AS c
        CROSS JOIN LATERAL (VALUES ('Срок назад', c.months), ('Год назад', 12)) AS a (against, later)
    ) AS both_sides
    GROUP BY days_by, span, against, later, counted, start, region_id
)
SELECT
    c.days_by, c.span, c.against, c.counted, c.start AS month, n.region, n.region_name,
    CASE WHEN now.has_data THEN c.flights END AS flights,
    CASE WHEN earlier.has_data THEN c.before END AS before,
    CASE WHEN now.complete AND earlier.complete THEN c.flights - c.before END AS change,
    CASE WHEN now.complete AND earlier.complete THEN round(100.0 * (c.flights - c.before) / nullif(c.whole, 0), 4) END
        AS points
FROM (
    SELECT
        *, sum(before) FILTER (WHERE region_id = -1) OVER (PARTITION BY days_by, span, against, counted, start) AS whole
    FROM compared
) AS c
JOIN spans AS now ON (now.days_by, now.span, now.start) = (c.days_by, c.span, c.start)
JOIN spans AS earlier
    ON (earlier.days_by, earlier.span, earlier.start)
        = (c.days_by, c.span, (c.start - make_interval(months => c.later))::date)
JOIN core.region_names AS n ON n.region_id = c.region_id
WHERE c.region_id >= 0;

DO $$
DECLARE
    told record;
BEGIN
    FOR told IN
        SELECT v.view, c.name, c.comment
        FROM (VALUES
            ('flights', 'Число полётов без отменённых; пусто, если о сроке нет данных'),
            ('before', 'Число полётов в сроке, с которым сравнивают; пусто, если о нём нет данных'),
            ('change', 'Изменение числа полётов; пусто, если о каком-то дне одного из двух сроков нет данных'),
            ('points', 'Вклад в рост всей страны, процентных пунктов; пусто там же, где изменение')
        ) AS c (name, comment)
        CROSS JOIN (VALUES ('contributions'), ('span_contributions')) AS v (view)
    LOOP
        EXECUTE format('COMMENT ON COLUMN mart.%I.%I IS %L', told.view, told.name, told.comment);
    END LOOP;
END
$$;
