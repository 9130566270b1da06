-- Peaks of each day by each clock; those of flown flights are told twice where they are those of all. The country and the
-- flights without a region are joined like regions, so that one region is looked for alone.
CREATE VIEW mart.peaks AS
SELECT
    'Москва' AS days_by, c.day, c.region, c.region_name,
    CASE c.uav_type WHEN '*' THEN 'Все типы' WHEN '' THEN 'Не указан' ELSE c.uav_type END AS uav_type, k.counted,
    mart.peak_n(k.hour) AS peak_hour, mart.peak_at(k.hour) AS peak_hour_at,
    mart.peak_n(k.sliding) AS peak_sliding, mart.peak_at(k.sliding) AS peak_sliding_at,
    mart.peak_n(c.airborne) AS peak_airborne, mart.peak_at(c.airborne) AS peak_airborne_at
FROM (
    SELECT
        p.start_moscow AS day, r.region, r.region_name, p.uav_type,
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
    FROM mart.flight_peaks AS p
    JOIN (
        SELECT region_id, coalesce(iso, region_id::text) AS region, name AS region_name FROM mart.regions
        UNION ALL
        VALUES ((-1)::smallint, '', 'Вся страна'), (0::smallint, '', 'Без региона')
    ) AS r ON r.region_id = p.region_id
    WHERE p.span = 'day'
    GROUP BY p.start_moscow, r.region, r.region_name, p.uav_type
) AS c
CROSS JOIN LATERAL (
    VALUES ('Все полёты', c.hour, c.sliding), ('Состоявшиеся', c.flown_hour, c.flown_sliding)
) AS k (counted, hour, sliding)
UNION ALL
SELECT
    'Местное время' AS days_by, c.day, c.region, c.region_name,
    CASE c.uav_type WHEN '*' THEN 'Все типы' WHEN '' THEN 'Не указан' ELSE c.uav_type END AS uav_type, k.counted,
    mart.peak_n(k.hour) AS peak_hour, mart.peak_at(k.hour) AS peak_hour_at,
    mart.peak_n(k.sliding) AS peak_sliding, mart.peak_at(k.sliding) AS peak_sliding_at,
    mart.peak_n(c.airborne) AS peak_airborne, mart.peak_at(c.airborne) AS peak_airborne_at
FROM (
    SELECT
        p.start_local AS day, r.region, r.region_name, p.uav_type,
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
    FROM mart.flight_peaks AS p
    JOIN (
        SELECT region_id, coalesce(iso, region_id::text) AS region, name AS region_name FROM mart.regions
        UNION ALL
        VALUES ((-1)::smallint, '', 'Вся страна'), (0::smallint, '', 'Без региона')
    ) AS r ON r.region_id = p.region_id
    WHERE p.span = 'day'
    GROUP BY p.start_local, r.region, r.region_name, p.uav_type
) AS c
CROSS JOIN LATERAL (
    VALUES ('Все полёты', c.hour, c.sliding), ('Состоявшиеся', c.flown_hour, c.flown_sliding)
) AS k (counted, hour, sliding)
UNION ALL
SELECT
    'UTC' AS days_by, c.day, c.region, c.region_name,
    CASE c.uav_type WHEN '*' THEN 'Все типы' WHEN '' THEN 'Не указан' ELSE c.uav_type END AS uav_type, k.counted,
    mart.peak_n(k.hour) AS peak_hour, mart.peak_at(k.hour) AS peak_hour_at,
    mart.peak_n(k.sliding) AS peak_sliding, mart.peak_at(k.sliding) AS peak_sliding_at,
    mart.peak_n(c.airborne) AS peak_airborne, mart.peak_at(c.airborne) AS peak_airborne_at
FROM (
    SELECT
        p.start AS day, r.region, r.region_name, p.uav_type,
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
    FROM mart.flight_peaks AS p
    JOIN (
        SELECT region_id, coalesce(iso, region_id::text) AS region, name AS region_name FROM mart.regions
        UNION ALL
        VALUES ((-1)::smallint, '', 'Вся страна'), (0::smallint, '', 'Без региона')
    ) AS r ON r.region_id = p.region_id
    WHERE p.span = 'day'
    GROUP BY p.start, r.region, r.region_name, p.uav_type
) AS c
CROSS JOIN LATERAL (
    VALUES ('Все полёты', c.hour, c.sliding), ('Состоявшиеся', c.flown_hour, c.flown_sliding)
) AS k (counted, hour, sliding);

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
