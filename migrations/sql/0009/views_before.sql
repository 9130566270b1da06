-- The view as it was before.
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
