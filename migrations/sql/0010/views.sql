-- Plans against facts and the quality of data by centre, each region's part in a month's change, and days unlike their
-- weekday, for dashboards. What adds up stands once, with the month of each clock in a column.
CREATE VIEW mart.plan_fact AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.center, ''), 'Не указан') AS center,
    CASE c.operator_kind
        WHEN 'state' THEN 'Государственный орган' WHEN 'organisation' THEN 'Организация'
        WHEN 'entrepreneur' THEN 'Индивидуальный предприниматель' WHEN 'person' THEN 'Физическое лицо' ELSE 'Не указан'
    END AS operator_kind,
    c.flights, c.flown, c.planned, c.cancelled, c.unclosed, c.no_landing, c.with_problems, c.compared, c.plan_minutes,
    c.minutes, c.far_apart
FROM mart.plan_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.span = 'month' AND c.region_id >= 0;

CREATE VIEW mart.lateness AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.center, ''), 'Не указан') AS center,
    CASE c.operator_kind
        WHEN 'state' THEN 'Государственный орган' WHEN 'organisation' THEN 'Организация'
        WHEN 'entrepreneur' THEN 'Индивидуальный предприниматель' WHEN 'person' THEN 'Физическое лицо' ELSE 'Не указан'
    END AS operator_kind,
    l.minutes, l.flights
FROM mart.plan_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
CROSS JOIN LATERAL unnest(c.late, c.late_n) AS l (minutes, flights)
WHERE c.span = 'month' AND c.region_id >= 0;

CREATE VIEW mart.center_problems AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.center, ''), 'Не указан') AS center,
    c.code, c.flights
FROM mart.problem_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.span = 'month' AND c.region_id >= 0;

CREATE VIEW mart.center_rows AS
SELECT
    l.finished_at AS loaded_at, l.period_from, l.period_to,
    coalesce(nullif(c.center, ''), 'Не указан') AS center,
    c.rows, c.rejected
FROM core.load_centers AS c
JOIN core.loads AS l ON l.id = c.load_id AND l.state = 'done';

CREATE VIEW mart.contributions AS
WITH months AS (
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
), compared AS (
    SELECT
        days_by, against, counted, month, region_id, sum(flights) AS flights, sum(before) AS before
    FROM (
        SELECT days_by, a.against, counted, month, region_id, flights, 0 AS before
        FROM counted
        CROSS JOIN (VALUES ('Месяц назад'), ('Год назад')) AS a (against)
        UNION ALL
        SELECT days_by, a.against, counted, (month + a.later)::date, region_id, 0, flights
        FROM counted
        CROSS JOIN (
            VALUES ('Месяц назад', interval '1 month'), ('Год назад', interval '1 year')
        ) AS a (against, later)
    ) AS both_sides
    GROUP BY days_by, against, counted, month, region_id
)
SELECT
    c.days_by, c.against, c.counted, c.month,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    c.flights, c.before, c.flights - c.before AS change,
    round(100.0 * (c.flights - c.before) / w.before, 4) AS points
FROM compared AS c
JOIN compared AS w
    ON (w.days_by, w.against, w.counted, w.month) = (c.days_by, c.against, c.counted, c.month)
    AND w.region_id = -1 AND w.before > 0 AND w.flights > 0
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.region_id >= 0;

-- The last 92 Moscow days of the data. Lists instead of joins, so that each region's days are read once.
CREATE VIEW mart.anomalies AS
WITH reach AS (
    SELECT max(start_moscow) AS last
    FROM mart.flight_counts
    WHERE span = 'day' AND region_id = -1
      AND start_moscow BETWEEN date '2010-01-01' AND (date_trunc('year', current_date) + interval '2 years')::date - 1
), days AS (
    SELECT
        d.day::date AS day,
        coalesce(d.day::date <@ s.days, false) OR EXISTS (
            SELECT FROM mart.flight_counts AS o WHERE o.span = 'day' AND o.start_moscow = d.day::date AND o.region_id = -1
        ) AS has_data
    FROM reach AS b
    CROSS JOIN LATERAL generate_series(b.last - 147::integer, b.last::timestamp, interval '1 day') AS d (day)
    CROSS JOIN (
        SELECT range_agg(daterange(period_from, period_to, '[]')) AS days FROM core.loads
        WHERE state = 'done' AND period_from <= period_to
    ) AS s
), counted AS (
    SELECT c.region_id, c.start_moscow AS day, sum(c.flights) AS flights
    FROM reach AS b
    JOIN mart.flight_counts AS c ON c.span = 'day' AND c.start_moscow BETWEEN b.last - 147 AND b.last
    WHERE c.state <> 'cancelled' AND c.region_id <> 0
    GROUP BY c.region_id, c.start_moscow
), series AS (
    SELECT p.region_id, d.day, coalesce(c.flights, 0)::integer AS flights
    FROM days AS d
    CROSS JOIN (SELECT region_id FROM mart.regions UNION ALL SELECT (-1)::smallint) AS p
    LEFT JOIN counted AS c ON c.region_id = p.region_id AND c.day = d.day
    WHERE d.has_data
), weeks AS (
    SELECT
        region_id, day, flights,
        array_agg(flights) OVER (
            PARTITION BY region_id, date_part('isodow', day) ORDER BY day
            RANGE BETWEEN interval '56 days' PRECEDING AND interval '1 day' PRECEDING
        ) AS past
    FROM series
), middles AS (
    SELECT w.*, m.median
    FROM weeks AS w
    CROSS JOIN LATERAL (
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY n) AS median FROM unnest(w.past) AS n
    ) AS m
    WHERE cardinality(w.past) >= 4 AND w.day > (SELECT last FROM reach) - 92
), scattered AS (
    SELECT m.*, greatest(s.mad, 0.6745 * sqrt(greatest(m.median, 1))) AS mad
    FROM middles AS m
    CROSS JOIN LATERAL (
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(n - m.median)) AS mad FROM unnest(m.past) AS n
    ) AS s
    -- The scatter is that of chance at least, so most days need none worked out.
    WHERE abs(m.flights - m.median) > 5 * 0.6745 * sqrt(greatest(m.median, 1))
)
SELECT
    s.day,
    coalesce(r.iso, r.region_id::text, '') AS region,
    CASE s.region_id WHEN -1 THEN 'Вся страна' ELSE r.name END AS region_name,
    CASE WHEN s.flights > s.median THEN 'Больше обычного' ELSE 'Меньше обычного' END AS side,
    s.flights, s.median, round(s.mad::numeric, 2) AS mad,
    round(greatest(0, s.median - 5 * s.mad)::numeric, 2) AS low, round((s.median + 5 * s.mad)::numeric, 2) AS high
FROM scattered AS s
LEFT JOIN mart.regions AS r ON r.region_id = s.region_id
WHERE abs(s.flights - s.median) > 5 * s.mad;

COMMENT ON VIEW mart.plan_fact IS 'План и факт по месяцам, регионам, центрам и видам эксплуатантов';
COMMENT ON VIEW mart.lateness IS 'Опоздания вылетов: сколько полётов на сколько минут, по месяцам, регионам, центрам и видам эксплуатантов';
COMMENT ON VIEW mart.center_problems IS 'Полёты с замечаниями по коду, месяцам, регионам и центрам';
COMMENT ON VIEW mart.center_rows IS 'Строки книг по центрам и сколько из них отклонено';
COMMENT ON VIEW mart.contributions IS 'Вклад регионов в изменение числа полётов за месяц: к прошлому месяцу и к году назад; складывать по одному days_by, against и counted';
COMMENT ON VIEW mart.anomalies IS 'Необычные дни страны и регионов за последние 92 дня данных: дальше пяти медианных отклонений от медианы того же дня недели за восемь недель';
DO $$
DECLARE
    told record;
BEGIN
    FOR told IN
        SELECT v.view, c.name, c.comment
        FROM (VALUES
            ('month', 'Первый день месяца по московскому времени'),
            ('month_local', 'Первый день месяца по времени места полёта'),
            ('month_utc', 'Первый день месяца, UTC'),
            ('region', 'Код региона по ISO 3166-2; пусто, если региона нет'),
            ('region_name', 'Регион'),
            ('center', 'Центр ЕС ОрВД'),
            ('operator_kind', 'Вид эксплуатанта'),
            ('code', 'Код замечания'),
            ('minutes', 'Минуты'),
            ('flights', 'Число полётов без отменённых'),
            ('flown', 'Из них состоявшиеся'),
            ('planned', 'Из них только план: о вылете ничего не известно'),
            ('cancelled', 'Отменённые планы'),
            ('unclosed', 'Состоявшиеся с известным вылетом и без посадки'),
            ('no_landing', 'Состоявшиеся, посадка не известна'),
            ('with_problems', 'Полёты с замечаниями'),
            ('compared', 'Полёты, у которых известны плановая и фактическая длительность'),
            ('plan_minutes', 'Их плановая длительность, минут'),
            ('far_apart', 'Вылет дальше двенадцати часов от плана: в одной из дат описка'),
            ('loaded_at', 'Когда загружена книга'),
            ('period_from', 'Первый день, о котором говорит книга'),
            ('period_to', 'Последний день, о котором говорит книга'),
            ('rows', 'Заполненные строки вместе с отклонёнными'),
            ('rejected', 'Отклонённые строки'),
            ('days_by', 'Чьи сутки: Москва, местное время, UTC'),
            ('against', 'С чем сравнивается месяц: месяц назад или год назад'),
            ('counted', 'Все полёты или только состоявшиеся'),
            ('before', 'Число полётов в месяце, с которым сравнивают'),
            ('change', 'Изменение числа полётов'),
            ('points', 'Вклад в рост всей страны, процентных пунктов'),
            ('day', 'День по московскому времени'),
            ('side', 'Больше или меньше обычного'),
            ('median', 'Медиана того же дня недели за восемь недель до этого дня'),
            ('mad', 'Медианное отклонение, не меньше случайного'),
            ('low', 'Нижняя граница обычного'),
            ('high', 'Верхняя граница обычного')
        ) AS c (name, comment)
        CROSS JOIN (VALUES
            ('plan_fact'), ('lateness'), ('center_problems'), ('center_rows'), ('contributions'), ('anomalies')
        ) AS v (view)
        JOIN pg_attribute AS a ON a.attrelid = ('mart.' || v.view)::regclass AND a.attname = c.name
    LOOP
        EXECUTE format('COMMENT ON COLUMN mart.%I.%I IS %L', told.view, told.name, told.comment);
    END LOOP;
END
$$;
COMMENT ON COLUMN mart.plan_fact.minutes IS 'Фактическая длительность тех же полётов, минут';
COMMENT ON COLUMN mart.lateness.minutes IS 'На сколько минут вылет позже плана; меньше нуля: раньше';
