-- What the API tells of centres, workbooks, districts and longer spans, for dashboards.

-- A month's score of each centre as the API reckons it: 100 less the mean of the shares that are known. Days without
-- flights, unlike scores, add up over months of one region.
CREATE VIEW mart.center_scores AS
WITH clocks (days_by, first, last) AS (
    SELECT c.days_by, min(c.day), max(c.day)
    FROM mart.flight_counts AS f
    CROSS JOIN LATERAL (
        VALUES ('Москва', f.start_moscow), ('Местное время', f.start_local), ('UTC', f.start)
    ) AS c (days_by, day)
    WHERE f.span = 'day' AND f.region_id = -1
      AND c.day BETWEEN date '2010-01-01' AND (date_trunc('year', current_date) + interval '2 years')::date - 1
    GROUP BY c.days_by
), spoken AS (
    SELECT range_agg(daterange(period_from, period_to, '[]')) AS days FROM core.loads
    WHERE state = 'done' AND period_from <= period_to
), begun AS MATERIALIZED (
    SELECT DISTINCT c.days_by, c.day
    FROM mart.flight_counts AS f
    CROSS JOIN LATERAL (
        VALUES ('Москва', f.start_moscow), ('Местное время', f.start_local), ('UTC', f.start)
    ) AS c (days_by, day)
    WHERE f.span = 'day' AND f.region_id = -1
), months AS MATERIALIZED (
    -- The first and last day of each month that is within the data, and how many of its days have data.
    SELECT
        k.days_by, date_trunc('month', d.day)::date AS month, min(d.day)::date AS first, max(d.day)::date AS last,
        count(*) FILTER (WHERE coalesce(d.day::date <@ s.days, false) OR b.day IS NOT NULL) AS days
    FROM clocks AS k
    CROSS JOIN LATERAL generate_series(k.first::timestamp, k.last::timestamp, interval '1 day') AS d (day)
    CROSS JOIN spoken AS s
    LEFT JOIN begun AS b ON b.days_by = k.days_by AND b.day = d.day::date
    GROUP BY 1, 2
), parts AS (
    SELECT
        k.days_by, k.month, c.region_id, c.center, c.flights, c.flown, c.no_landing, c.with_problems,
        NULL::date AS active, NULL::bigint AS rows, NULL::bigint AS rejected
    FROM mart.plan_counts AS c
    CROSS JOIN LATERAL (
        VALUES ('Москва', c.start_moscow), ('Местное время', c.start_local), ('UTC', c.start)
    ) AS k (days_by, month)
    WHERE c.span = 'month' AND c.region_id <> 0
    UNION ALL
    SELECT
        k.days_by, date_trunc('month', k.day::timestamp)::date, c.region_id, c.center, NULL, NULL, NULL, NULL, k.day,
        NULL, NULL
    FROM mart.plan_counts AS c
    CROSS JOIN LATERAL (
        VALUES ('Москва', c.start_moscow), ('Местное время', c.start_local), ('UTC', c.start)
    ) AS k (days_by, day)
    WHERE c.span = 'day' AND c.region_id <> 0 AND c.flights > 0
    UNION ALL
    -- A rejected row has no place, so they are those of the whole country.
    SELECT m.days_by, m.month, -1, c.center, NULL, NULL, NULL, NULL, NULL, c.rows, c.rejected
    FROM months AS m
    JOIN core.loads AS l
        ON l.state = 'done' AND coalesce(l.period_from, '-infinity') <= m.last
        AND coalesce(l.period_to, 'infinity') >= m.first
    JOIN core.load_centers AS c ON c.load_id = l.id
), sums AS (
    SELECT
        days_by, month, region_id, center, coalesce(sum(flights), 0) AS flights, coalesce(sum(flown), 0) AS flown,
        coalesce(sum(with_problems), 0) AS with_problems, coalesce(sum(no_landing), 0) AS no_landing,
        count(DISTINCT active) AS active_days,
        CASE WHEN region_id = -1 THEN coalesce(sum(rows), 0) END AS rows,
        CASE WHEN region_id = -1 THEN coalesce(sum(rejected), 0) END AS rejected
    FROM parts
    GROUP BY days_by, month, region_id, center
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
    ), 2) AS score
FROM sums AS s
JOIN months AS m ON m.days_by = s.days_by AND m.month = s.month
JOIN names AS n ON n.region_id = s.region_id;

CREATE VIEW mart.workbooks AS
SELECT
    l.finished_at AS loaded_at, l.period_from, l.period_to,
    l.rows_in - l.rows_empty AS rows, l.rows_rejected AS rejected, l.rows_repeated AS repeated
FROM core.loads AS l
WHERE l.state = 'done';

CREATE VIEW mart.rejected_rows AS
SELECT l.finished_at AS loaded_at, l.period_from, l.period_to, r.code, count(*) AS rows
FROM core.loads AS l
JOIN core.rejects AS r ON r.load_id = l.id
WHERE l.state = 'done'
GROUP BY l.id, r.code;

-- Decree of 13 May 2000, no. 849, as amended to 4 November 2018, and of 28 July 2016.
CREATE VIEW mart.districts AS
SELECT
    n.region, n.region_name,
    CASE WHEN n.region_id = 0 THEN n.region_name ELSE coalesce(d.district, 'Вне округов') END AS district
FROM core.region_names AS n
LEFT JOIN (
    SELECT 'RU-' || c.code AS region, v.district
    FROM (VALUES
        ('Центральный', 'BEL BRY VLA VOR IVA KLU KOS KRS LIP MOS ORL RYA SMO TAM TVE TUL YAR MOW'),
        ('Северо-Западный', 'KR KO ARK VLG KGD LEN MUR NGR PSK SPE NEN'),
        ('Южный', 'AD KL KDA AST VGG ROS CR SEV'),
        ('Северо-Кавказский', 'DA IN KB KC SE CE STA'),
        ('Приволжский', 'BA ME MO TA UD CU PER KIR NIZ ORE PNZ SAM SAR ULY'),
        ('Уральский', 'KGN SVE TYU CHE KHM YAN'),
        ('Сибирский', 'AL TY KK ALT KYA IRK KEM NVS OMS TOM'),
        ('Дальневосточный', 'BU SA ZAB KAM PRI KHA AMU MAG SAK YEV CHU')
    ) AS v (district, codes)
    CROSS JOIN LATERAL regexp_split_to_table(v.codes, ' ') AS c (code)
) AS d ON d.region = n.region
WHERE n.region_id >= 0;

-- What mart.contributions tells of months, of longer spans of the calendar.
CREATE VIEW mart.span_contributions AS
WITH sums AS (
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
    SELECT days_by, span, against, counted, start, region_id, sum(flights) AS flights, sum(before) AS before
    FROM (
        SELECT c.days_by, c.span, a.against, c.counted, c.start, c.region_id, c.flights, 0 AS before
        FROM counted AS c
        CROSS JOIN (VALUES ('Срок назад'), ('Год назад')) AS a (against)
        UNION ALL
        SELECT
            c.days_by, c.span, a.against, c.counted, (c.start + make_interval(months => a.later))::date, c.region_id, 0,
            c.flights
        FROM counted AS c
        CROSS JOIN LATERAL (VALUES ('Срок назад', c.months), ('Год назад', 12)) AS a (against, later)
    ) AS both_sides
    GROUP BY days_by, span, against, counted, start, region_id
)
SELECT
    c.days_by, c.span, c.against, c.counted, c.start AS month, n.region, n.region_name,
    c.flights, c.before, c.flights - c.before AS change,
    round(100.0 * (c.flights - c.before) / w.before, 4) AS points
FROM compared AS c
JOIN compared AS w
    ON (w.days_by, w.span, w.against, w.counted, w.start) = (c.days_by, c.span, c.against, c.counted, c.start)
    AND w.region_id = -1 AND w.before > 0 AND w.flights > 0
JOIN core.region_names AS n ON n.region_id = c.region_id
WHERE c.region_id >= 0;

COMMENT ON VIEW mart.center_scores IS 'Балл центров ЕС ОрВД и четыре доли, из которых он складывается, по месяцам: страна и каждый регион; выберите days_by, регионы со строкой «Вся страна» не складывать';
COMMENT ON VIEW mart.workbooks IS 'Загруженные книги без имён: сколько строк прочитано, отклонено и повторено';
COMMENT ON VIEW mart.rejected_rows IS 'Отклонённые строки загруженных книг по коду причины';
COMMENT ON VIEW mart.districts IS 'Федеральный округ каждого региона';
COMMENT ON VIEW mart.span_contributions IS 'Вклад регионов в изменение числа полётов за квартал, полугодие и год; складывать по одному days_by, span, against и counted';
DO $$
DECLARE
    told record;
BEGIN
    FOR told IN
        SELECT v.view, c.name, c.comment
        FROM (VALUES
            ('days_by', 'Чьи сутки: Москва, местное время, UTC; выбирайте одно значение'),
            ('month', 'Первый день месяца'),
            ('region', 'Код региона по ISO 3166-2; пусто для всей страны и полётов без региона'),
            ('region_name', 'Регион'),
            ('district', 'Федеральный округ'),
            ('center', 'Центр ЕС ОрВД'),
            ('flights', 'Число полётов без отменённых'),
            ('flown', 'Из них состоявшиеся'),
            ('with_problems', 'Полёты с замечаниями'),
            ('no_landing', 'Состоявшиеся, посадка не известна'),
            ('days_with_data', 'Дней, о которых есть данные'),
            ('silent_days', 'Из них дней без полётов центра'),
            ('rows', 'Заполненные строки вместе с отклонёнными'),
            ('rejected', 'Отклонённые строки'),
            ('repeated', 'Строки, которые уже были в других книгах или выше в той же'),
            ('score', 'Балл: 100 − среднее известных долей'),
            ('loaded_at', 'Когда загружена книга'),
            ('period_from', 'Первый день, о котором говорит книга'),
            ('period_to', 'Последний день, о котором говорит книга'),
            ('code', 'Код причины'),
            ('span', 'Квартал, полугодие или год; выбирайте одно значение'),
            ('against', 'С чем сравнивается: срок назад или год назад; выбирайте одно значение'),
            ('counted', 'Все полёты или только состоявшиеся; выбирайте одно значение'),
            ('before', 'Число полётов в сроке, с которым сравнивают'),
            ('change', 'Изменение числа полётов'),
            ('points', 'Вклад в рост всей страны, процентных пунктов')
        ) AS c (name, comment)
        CROSS JOIN (VALUES
            ('center_scores'), ('workbooks'), ('rejected_rows'), ('districts'), ('span_contributions')
        ) AS v (view)
        JOIN pg_attribute AS a ON a.attrelid = ('mart.' || v.view)::regclass AND a.attname = c.name
    LOOP
        EXECUTE format('COMMENT ON COLUMN mart.%I.%I IS %L', told.view, told.name, told.comment);
    END LOOP;
END
$$;
COMMENT ON COLUMN mart.center_scores.rows IS 'Заполненные строки книг, которые говорят об этом месяце; по месяцам не складывать, у регионов пусто';
COMMENT ON COLUMN mart.center_scores.rejected IS 'Из них отклонённые; у регионов пусто';
COMMENT ON COLUMN mart.rejected_rows.rows IS 'Сколько строк отклонено';
COMMENT ON COLUMN mart.workbooks.rows IS 'Прочитанные строки, без пустых';
COMMENT ON COLUMN mart.span_contributions.month IS 'Первый день квартала, полугодия или года';
