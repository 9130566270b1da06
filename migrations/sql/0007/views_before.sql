-- Flat views for dashboards: one row at the grain a chart asks for, additive numbers, no personal data.
CREATE VIEW mart.region_totals AS
SELECT
    r.region_id,
    r.iso,
    r.name,
    coalesce(sum(c.flights), 0) AS flights,
    coalesce(sum(c.aircraft), 0) AS aircraft,
    coalesce(sum(c.minutes), 0) AS duration_min
FROM mart.regions AS r
LEFT JOIN mart.flight_counts AS c ON c.region_id = r.region_id AND c.span = 'year'
GROUP BY r.region_id, r.iso, r.name;

COMMENT ON VIEW mart.region_totals IS 'Полёты, аппараты и минуты в воздухе по регионам за всё время; отменённые не считаются';
COMMENT ON COLUMN mart.region_totals.region_id IS 'Номер региона в действующем наборе границ';
COMMENT ON COLUMN mart.region_totals.iso IS 'Код региона по ISO 3166-2';
COMMENT ON COLUMN mart.region_totals.name IS 'Регион';
COMMENT ON COLUMN mart.region_totals.flights IS 'Число полётов';
COMMENT ON COLUMN mart.region_totals.aircraft IS 'Число аппаратов';
COMMENT ON COLUMN mart.region_totals.duration_min IS 'Фактический налёт, минут';

CREATE VIEW mart.daily AS
SELECT
    c.start AS day,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    c.flights, c.flown, c.planned, c.cancelled, c.aircraft,
    c.timed, c.minutes, c.plan_timed, c.plan_minutes,
    coalesce(r.official_area_km2, r.area_km2) AS area_km2
FROM mart.flight_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.span = 'day' AND c.region_id >= 0;

COMMENT ON VIEW mart.daily IS 'Полёты по дням (UTC), регионам и типам: для карты, динамики и рейтинга';
COMMENT ON COLUMN mart.daily.day IS 'День вылета, UTC';
COMMENT ON COLUMN mart.daily.region IS 'Код региона по ISO 3166-2; пусто, если региона нет';
COMMENT ON COLUMN mart.daily.region_name IS 'Регион';
COMMENT ON COLUMN mart.daily.uav_type IS 'Тип воздушного судна';
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

CREATE VIEW mart.monthly AS
WITH months AS (
    SELECT
        start, region_id, sum(flights) AS flights, sum(flown) AS flown, sum(aircraft) AS aircraft,
        sum(minutes) AS minutes, sum(timed) AS timed
    FROM mart.flight_counts
    WHERE span = 'month'
    GROUP BY start, region_id
)
SELECT
    c.start AS month,
    coalesce(r.iso, r.region_id::text, '') AS region,
    CASE WHEN c.region_id = -1 THEN 'Вся страна' ELSE coalesce(r.name, 'Без региона') END AS region_name,
    c.flights, c.flown, c.aircraft, coalesce(p.active_days, 0) AS active_days, c.minutes, c.timed,
    round(100.0 * (c.flights - m.flights) / nullif(m.flights, 0), 2) AS growth_month_percent,
    round(100.0 * (c.flights - y.flights) / nullif(y.flights, 0), 2) AS growth_year_percent
FROM months AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
LEFT JOIN mart.flight_peaks AS p ON p.span = 'month' AND p.start = c.start AND p.region_id = c.region_id
LEFT JOIN months AS m ON m.start = (c.start - interval '1 month')::date AND m.region_id = c.region_id
LEFT JOIN months AS y ON y.start = (c.start - interval '1 year')::date AND y.region_id = c.region_id;

COMMENT ON VIEW mart.monthly IS 'Полёты по месяцам с приростом; строка «Вся страна» стоит рядом с регионами, складывать их нельзя';
COMMENT ON COLUMN mart.monthly.month IS 'Первый день месяца, UTC';
COMMENT ON COLUMN mart.monthly.region IS 'Код региона по ISO 3166-2; пусто для всей страны и полётов без региона';
COMMENT ON COLUMN mart.monthly.region_name IS 'Регион';
COMMENT ON COLUMN mart.monthly.flights IS 'Число полётов без отменённых';
COMMENT ON COLUMN mart.monthly.flown IS 'Из них состоявшиеся';
COMMENT ON COLUMN mart.monthly.aircraft IS 'Число аппаратов';
COMMENT ON COLUMN mart.monthly.active_days IS 'Дней с полётами';
COMMENT ON COLUMN mart.monthly.minutes IS 'Фактический налёт, минут';
COMMENT ON COLUMN mart.monthly.timed IS 'Полёты с известной фактической длительностью';
COMMENT ON COLUMN mart.monthly.growth_month_percent IS 'Прирост к прошлому месяцу, %';
COMMENT ON COLUMN mart.monthly.growth_year_percent IS 'Прирост к тому же месяцу прошлого года, %';

CREATE VIEW mart.peaks AS
SELECT
    c.start AS day,
    coalesce(r.iso, r.region_id::text, '') AS region,
    CASE WHEN c.region_id = -1 THEN 'Вся страна' ELSE coalesce(r.name, 'Без региона') END AS region_name,
    c.peak_hour, c.peak_hour_at, c.peak_airborne, c.peak_airborne_at
FROM mart.flight_peaks AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.span = 'day';

COMMENT ON VIEW mart.peaks IS 'Пиковая нагрузка каждого дня; по периоду брать наибольшее, не сумму';
COMMENT ON COLUMN mart.peaks.day IS 'День, UTC';
COMMENT ON COLUMN mart.peaks.region IS 'Код региона по ISO 3166-2; пусто для всей страны и полётов без региона';
COMMENT ON COLUMN mart.peaks.region_name IS 'Регион';
COMMENT ON COLUMN mart.peaks.peak_hour IS 'Наибольшее число полётов, начавшихся за один час';
COMMENT ON COLUMN mart.peaks.peak_hour_at IS 'Начало этого часа';
COMMENT ON COLUMN mart.peaks.peak_airborne IS 'Наибольшее число полётов одновременно в воздухе';
COMMENT ON COLUMN mart.peaks.peak_airborne_at IS 'С какого момента';

CREATE VIEW mart.hours AS
SELECT
    c.start AS month,
    coalesce(r.iso, r.region_id::text) AS region,
    r.name AS region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    s.slot / 24 + 1 AS weekday,
    (ARRAY['Пн', 'Вт', 'Ср', 'Чт', 'Пт', 'Сб', 'Вс'])[s.slot / 24 + 1] AS weekday_name,
    s.slot % 24 AS hour,
    (ARRAY['ночь 00-06', 'утро 06-12', 'день 12-18', 'вечер 18-24'])[s.slot % 24 / 6 + 1] AS day_part,
    s.flights
FROM mart.flight_counts AS c
JOIN mart.regions AS r ON r.region_id = c.region_id
CROSS JOIN LATERAL unnest(c.slots, c.slots_n) AS s (slot, flights)
WHERE c.span = 'month';

COMMENT ON VIEW mart.hours IS 'Полёты по дням недели и часам местного времени региона';
COMMENT ON COLUMN mart.hours.month IS 'Первый день месяца, UTC';
COMMENT ON COLUMN mart.hours.region IS 'Код региона по ISO 3166-2';
COMMENT ON COLUMN mart.hours.region_name IS 'Регион';
COMMENT ON COLUMN mart.hours.uav_type IS 'Тип воздушного судна';
COMMENT ON COLUMN mart.hours.weekday IS 'День недели: 1 понедельник, 7 воскресенье';
COMMENT ON COLUMN mart.hours.weekday_name IS 'День недели';
COMMENT ON COLUMN mart.hours.hour IS 'Час вылета по местному времени региона, 0-23';
COMMENT ON COLUMN mart.hours.day_part IS 'Часть суток';
COMMENT ON COLUMN mart.hours.flights IS 'Число полётов без отменённых';

CREATE VIEW mart.durations AS
SELECT
    c.start AS month,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    d.kind, d.minutes, d.flights
FROM mart.flight_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
CROSS JOIN LATERAL (
    SELECT 'факт' AS kind, a.minutes, a.flights FROM unnest(c.durations, c.durations_n) AS a (minutes, flights)
    UNION ALL
    SELECT 'план', p.minutes, p.flights FROM unnest(c.plan_durations, c.plan_durations_n) AS p (minutes, flights)
) AS d
WHERE c.span = 'month' AND c.region_id >= 0;

COMMENT ON VIEW mart.durations IS 'Сколько полётов какой длительности, фактической и плановой';
COMMENT ON COLUMN mart.durations.month IS 'Первый день месяца, UTC';
COMMENT ON COLUMN mart.durations.region IS 'Код региона по ISO 3166-2; пусто, если региона нет';
COMMENT ON COLUMN mart.durations.region_name IS 'Регион';
COMMENT ON COLUMN mart.durations.uav_type IS 'Тип воздушного судна';
COMMENT ON COLUMN mart.durations.kind IS 'Длительность: факт или план';
COMMENT ON COLUMN mart.durations.minutes IS 'Длительность, минут';
COMMENT ON COLUMN mart.durations.flights IS 'Число полётов такой длительности';

CREATE VIEW mart.operators AS
SELECT
    c.start AS month,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    o.operator_kind, o.flights
FROM mart.flight_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
CROSS JOIN LATERAL (
    VALUES
        ('Государственный орган', c.by_state), ('Организация', c.by_organisation),
        ('Индивидуальный предприниматель', c.by_entrepreneur), ('Физическое лицо', c.by_person),
        ('Не указан', c.by_unknown)
) AS o (operator_kind, flights)
WHERE c.span = 'month' AND c.region_id >= 0;

COMMENT ON VIEW mart.operators IS 'Полёты по видам эксплуатантов, без имён';
COMMENT ON COLUMN mart.operators.month IS 'Первый день месяца, UTC';
COMMENT ON COLUMN mart.operators.region IS 'Код региона по ISO 3166-2; пусто, если региона нет';
COMMENT ON COLUMN mart.operators.region_name IS 'Регион';
COMMENT ON COLUMN mart.operators.uav_type IS 'Тип воздушного судна';
COMMENT ON COLUMN mart.operators.operator_kind IS 'Вид эксплуатанта';
COMMENT ON COLUMN mart.operators.flights IS 'Число полётов без отменённых';

CREATE VIEW mart.quality AS
SELECT
    nullif(c.start, '-infinity') AS month,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    c.flights, c.with_dep, c.with_arr, c.timed, c.near_border, c.outside, c.unplaced,
    CASE WHEN c.span = 'undated' THEN c.flights ELSE 0 END AS undated
FROM mart.flight_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.span IN ('month', 'undated') AND c.region_id >= 0;

COMMENT ON VIEW mart.quality IS 'Полнота данных по месяцам и регионам';
COMMENT ON COLUMN mart.quality.month IS 'Первый день месяца, UTC; пусто у полётов без даты';
COMMENT ON COLUMN mart.quality.region IS 'Код региона по ISO 3166-2; пусто, если региона нет';
COMMENT ON COLUMN mart.quality.region_name IS 'Регион';
COMMENT ON COLUMN mart.quality.uav_type IS 'Тип воздушного судна';
COMMENT ON COLUMN mart.quality.flights IS 'Число полётов без отменённых';
COMMENT ON COLUMN mart.quality.with_dep IS 'Известно фактическое время вылета';
COMMENT ON COLUMN mart.quality.with_arr IS 'Известно фактическое время посадки';
COMMENT ON COLUMN mart.quality.timed IS 'Известна фактическая длительность';
COMMENT ON COLUMN mart.quality.near_border IS 'Точка у границы, вне регионов и не дальше 5 км от ближайшего';
COMMENT ON COLUMN mart.quality.outside IS 'Точка вне границ всех регионов, на суше соседней страны или дальше 5 км';
COMMENT ON COLUMN mart.quality.unplaced IS 'Точка неизвестна';
COMMENT ON COLUMN mart.quality.undated IS 'Дата неизвестна';

CREATE VIEW mart.places AS
SELECT
    c.start AS month,
    format('[%s,%s]', round(p.lat::numeric, 5), round(p.lon::numeric, 5)) AS point,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.uav_type, ''), 'Не указан') AS uav_type,
    c.flights
FROM mart.flight_cells AS c
CROSS JOIN LATERAL mart.cell_centre(c.level, c.x, c.y) AS p
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.level = 20;

COMMENT ON VIEW mart.places IS 'Места полётов для карты точек, с числом полётов';
COMMENT ON COLUMN mart.places.month IS 'Первый день месяца, UTC';
COMMENT ON COLUMN mart.places.point IS 'Место с точностью до десятков метров, [широта,долгота]';
COMMENT ON COLUMN mart.places.region IS 'Код региона по ISO 3166-2; пусто, если региона нет';
COMMENT ON COLUMN mart.places.region_name IS 'Регион';
COMMENT ON COLUMN mart.places.uav_type IS 'Тип воздушного судна';
COMMENT ON COLUMN mart.places.flights IS 'Число полётов без отменённых';
