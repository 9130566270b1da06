"""What the three dashboards show: datasets, charts, selectors, layout.

Fields are named by the columns of ``mart``. Rows of the whole country stand beside the regions in ``monthly`` and
``peaks``; a chart over them says which of both it shows, since adding them up would count everything twice.
"""

from datalens.model import (
    Aggregation,
    Calculated,
    DashboardChart,
    DashboardLayout,
    Dataset,
    Filter,
    Join,
    Placed,
    Selector,
)

CONNECTION = "flight-database-connection"
"""The connection's name, which the administrator's guide has people look for."""
REGION = "region"
"""The parameter that narrows a dashboard; the datasets' field of the same guid takes it."""
COUNTRY = "Вся страна"
GRADIENT = "blue"
"""The palette from few to many: DataLens has ``blue``, ``orange-yellow`` and ``yellow`` for two ends of one scale."""

_MEAN = Calculated(
    "mean_minutes",
    "Средняя длительность, мин",
    "IF(SUM([timed]) > 0, SUM([minutes]) / SUM([timed]), NULL)",
    "sum(minutes) / nullif(sum(timed), 0)::numeric",
)
_HOURS = Calculated("hours", "Налёт, ч", "SUM([minutes]) / 60", "sum(minutes) / 60.0", precision=0)


def _share(guid: str, title: str) -> Calculated:
    formula = f"IF(SUM([flights]) > 0, 100 * SUM([{guid}]) / SUM([flights]), NULL)"
    return Calculated(f"{guid}_percent", title, formula, f"100.0 * sum({guid}) / nullif(sum(flights), 0)")


def _summed(*guids: str) -> dict[str, Aggregation]:
    return dict.fromkeys(guids, "sum")


_COUNTS = ("flights", "flown", "planned", "cancelled", "aircraft", "timed", "minutes", "plan_timed", "plan_minutes")
_SUMS_OF_CONTRIBUTIONS = _summed("flights", "before", "change", "points")
_TITLES_OF_CONTRIBUTIONS = {
    "region": "Код региона",
    "flights": "Полёты",
    "before": "Было",
    "change": "Изменение",
    "points": "Вклад, п. п.",
}

DATASETS: tuple[Dataset, ...] = (
    Dataset(
        "ds_daily",
        "Полёты по дням",
        "daily",
        {**_summed(*_COUNTS), "area_km2": "max"},
        (
            _MEAN,
            _HOURS,
            Calculated(
                "density",
                "Полётов на 1000 кв. км",
                "IF(MAX([area_km2]) > 0, 1000 * SUM([flights]) / MAX([area_km2]), NULL)",
                "1000 * sum(flights) / nullif(max(area_km2), 0)",
                precision=2,
            ),
            Calculated(
                "told",
                "Полёты и отмены",
                "SUM([flights]) + SUM([cancelled])",
                "sum(flights) + sum(cancelled)",
                precision=0,
                data_type="integer",
            ),
            Calculated(
                "days_without_data",
                "Дней без данных",
                "COUNTD_IF([day], NOT [has_data])",
                "count(DISTINCT day) FILTER (WHERE NOT has_data)",
                precision=0,
                data_type="integer",
            ),
            Calculated(
                "month_of_day",
                "Месяц",
                'DATETRUNC([day], "month")',
                "date_trunc('month', day)::date",
                type="DIMENSION",
                data_type="date",
            ),
        ),
        titles={"day": "День", "region": "Код региона", "flights": "Полёты", "aircraft": "Аппараты"},
    ),
    Dataset(
        "ds_monthly",
        "Полёты по месяцам с приростом",
        "monthly",
        {
            **_summed("flights", "flown", "aircraft", "active_days", "minutes", "timed"),
            "growth_month_percent": "max",
            "growth_year_percent": "max",
            "growth_month_daily_percent": "max",
            "growth_year_daily_percent": "max",
            "mean_a_day": "max",
        },
        (_MEAN,),
        titles={"month": "Месяц", "region": "Код региона", "flights": "Полёты"},
    ),
    Dataset(
        "ds_peaks",
        "Пиковая нагрузка по дням",
        "peaks",
        {"peak_hour": "max", "peak_sliding": "max", "peak_airborne": "max"},
        titles={"region": "Код региона", "peak_hour": "Пик за час", "peak_airborne": "Одновременно в воздухе"},
    ),
    Dataset(
        "ds_hours",
        "Полёты по часам и дням недели",
        "hours",
        {"flights": "sum"},
        titles={"month": "Месяц", "flights": "Полёты", "hour": "Час вылета", "weekday": "Номер дня недели"},
    ),
    Dataset(
        "ds_durations",
        "Длительности полётов",
        "durations",
        {"flights": "sum"},
        (
            Calculated(
                "quarter",
                "Длительность, мин (по 15)",
                "FLOOR([minutes] / 15) * 15",
                "floor(minutes / 15) * 15",
                precision=0,
                type="DIMENSION",
                data_type="integer",
            ),
        ),
        titles={"month": "Месяц", "kind": "Факт или план", "minutes": "Длительность, мин", "flights": "Полёты"},
    ),
    Dataset(
        "ds_operators",
        "Виды эксплуатантов",
        "operators",
        {"flights": "sum"},
        titles={"month": "Месяц", "flights": "Полёты"},
    ),
    Dataset(
        "ds_quality",
        "Полнота данных",
        "quality",
        _summed("flights", "with_dep", "with_arr", "timed", "near_border", "outside", "unplaced", "undated"),
        (
            _share("with_dep", "Известен вылет, %"),
            _share("with_arr", "Известна посадка, %"),
            _share("timed", "Известна длительность, %"),
            _share("unplaced", "Нет точки, %"),
        ),
        titles={"month": "Месяц", "flights": "Полёты"},
    ),
    Dataset(
        "ds_plans",
        "План и факт по центрам и эксплуатантам",
        "plan_fact",
        _summed(
            "flights",
            "flown",
            "planned",
            "cancelled",
            "unclosed",
            "no_landing",
            "with_problems",
            "compared",
            "plan_minutes",
            "minutes",
            "far_apart",
        ),
        (
            Calculated(
                "flown_percent",
                "Состоялось, %",
                "IF(SUM([flights]) + SUM([cancelled]) > 0,"
                " 100 * SUM([flown]) / (SUM([flights]) + SUM([cancelled])), NULL)",
                "100.0 * sum(flown) / nullif(sum(flights) + sum(cancelled), 0)",
            ),
        ),
        titles={
            "month": "Месяц",
            "region": "Код региона",
            "flights": "Полёты",
            "center": "Центр ЕС ОрВД",
            "flown": "Состоялись",
            "planned": "Только план",
            "cancelled": "Отменены",
            "unclosed": "Не закрыты",
            "no_landing": "Без посадки",
            "with_problems": "С замечаниями",
            "compared": "С обеими длительностями",
            "minutes": "Фактические минуты",
            "plan_minutes": "Плановые минуты",
        },
    ),
    Dataset(
        "ds_lateness",
        "Опоздания вылетов",
        "lateness",
        {"flights": "sum"},
        (
            Calculated(
                "late_quarter",
                "Вылет позже плана, мин (по 15)",
                "FLOOR([minutes] / 15) * 15",
                "floor(minutes / 15.0) * 15",
                precision=0,
                type="DIMENSION",
                data_type="integer",
            ),
        ),
        titles={"month": "Месяц", "region": "Код региона", "minutes": "Минут позже плана", "flights": "Полёты"},
    ),
    Dataset(
        "ds_problems",
        "Замечания по центрам",
        "center_problems",
        {"flights": "sum"},
        titles={"month": "Месяц", "region": "Код региона", "flights": "Полёты", "code": "Замечание"},
    ),
    Dataset(
        "ds_contributions",
        "Вклад регионов в изменение",
        "contributions",
        _SUMS_OF_CONTRIBUTIONS,
        titles={"month": "Месяц", **_TITLES_OF_CONTRIBUTIONS},
    ),
    Dataset(
        "ds_span_contributions",
        "Вклад регионов за квартал, полугодие и год",
        "span_contributions",
        _SUMS_OF_CONTRIBUTIONS,
        titles={"month": "Начало срока", "span": "Срок", **_TITLES_OF_CONTRIBUTIONS},
    ),
    Dataset(
        "ds_center_scores",
        "Балл центров по месяцам",
        "center_scores",
        {
            **_summed("flights", "flown", "with_problems", "no_landing", "days_with_data", "silent_days"),
            **_summed("rows", "rejected"),
            "score": "max",
        },
        titles={
            "month": "Месяц",
            "region": "Код региона",
            "center": "Центр ЕС ОрВД",
            "score": "Балл",
            "flights": "Полёты",
            "with_problems": "С замечаниями",
            "no_landing": "Без посадки",
            "days_with_data": "Дней с данными",
            "silent_days": "Дней без полётов",
            "rows": "Строки",
            "rejected": "Отклонены",
        },
    ),
    Dataset(
        "ds_districts",
        "Полёты по федеральным округам",
        "daily",
        _summed(*_COUNTS),
        join=Join("districts", "region"),
        titles={"day": "День", "region": "Код региона", "flights": "Полёты", "aircraft": "Аппараты"},
    ),
    Dataset(
        "ds_anomalies",
        "Необычные дни",
        "anomalies",
        {"flights": "sum", "median": "max", "low": "max", "high": "max"},
        titles={
            "day": "День",
            "region": "Код региона",
            "flights": "Полёты",
            "median": "Обычно",
            "low": "Не меньше",
            "high": "Не больше",
            "side": "Отклонение",
        },
    ),
    Dataset(
        "ds_zones",
        "Зоны полётов по регионам",
        "zone_regions",
        _summed("flights", "named", "circles", "polygons", "routes", "measured", "touching", "by_area"),
        titles={
            "month": "Месяц",
            "region": "Код региона",
            "flights": "Полёты",
            "named": "Названные зоны",
            "circles": "Круги",
            "polygons": "Многоугольники",
            "routes": "Маршруты",
            "touching": "Зона заходит в регион",
            "by_area": "По площади зон",
        },
    ),
    Dataset(
        "ds_zone_names",
        "Названные зоны",
        "zone_names",
        {"flights": "sum"},
        titles={"month": "Месяц", "region": "Код региона", "flights": "Полёты", "zone": "Зона"},
    ),
    Dataset(
        "ds_region_map",
        "Полёты по регионам с контурами",
        "quality",
        {"flights": "sum"},
        join=Join("region_polygons", "region"),
        casts={"polygon": "geopolygon"},
        titles={"month": "Месяц", "flights": "Полёты", "polygon": "Контур региона"},
    ),
    Dataset(
        "ds_places",
        "Места полётов",
        "places",
        {"flights": "sum"},
        casts={"point": "geopoint"},
        titles={"month": "Месяц", "flights": "Полёты", "point": "Место"},
    ),
)

# Growth, peaks and scores stand in the marts once for each clock and once for flown flights alone; a chart takes one.
_ONE_COUNT = (Filter("days_by", "IN", ("Москва",)), Filter("counted", "IN", ("Все полёты",)))
_WHOLE = (Filter("region_name", "IN", (COUNTRY,)), *_ONE_COUNT)
_ALL_TYPES = (*_WHOLE, Filter("uav_type", "IN", ("Все типы",)))
_DATED = (Filter("month", "ISNOTNULL"),)
_REGIONS_ONLY = (Filter("region_name", "NIN", (COUNTRY,)), *_ONE_COUNT)

CHARTS: tuple[DashboardChart, ...] = (
    DashboardChart(
        "ch_flights",
        "Полёты",
        "Число полётов за период: состоявшиеся и известные только по плану. Отменённые не считаются.",
        "ds_daily",
        "metric",
        {"measures": ("flights",)},
    ),
    DashboardChart(
        "ch_aircraft",
        "Аппараты",
        "Сумма аппаратов по полётам: групповой полёт считается столько раз, сколько в нём аппаратов.",
        "ds_daily",
        "metric",
        {"measures": ("aircraft",)},
    ),
    DashboardChart(
        "ch_mean",
        "Средняя длительность, мин",
        "Посадка минус взлёт по телеграммам DEP и ARR; полёты без посадки не участвуют.",
        "ds_daily",
        "metric",
        {"measures": ("mean_minutes",)},
    ),
    DashboardChart(
        "ch_hours_flown",
        "Налёт, ч",
        "Сумма фактических длительностей, часов.",
        "ds_daily",
        "metric",
        {"measures": ("hours",)},
    ),
    DashboardChart(
        "ch_days",
        "Полёты по дням",
        "Полёт относится к дню вылета, фактического или, если его нет, планового.",
        "ds_daily",
        "column",
        {"x": ("day",), "y": ("flights",)},
        sort=(("day", "ASC"),),
    ),
    DashboardChart(
        "ch_months",
        "Полёты по месяцам",
        "Суммы календарных месяцев выбранных регионов; неполный месяц короче.",
        "ds_daily",
        "column",
        {"x": ("month_of_day",), "y": ("flights",)},
        sort=(("month_of_day", "ASC"),),
    ),
    DashboardChart(
        "ch_growth",
        "Прирост по месяцам, %",
        "К прошлому месяцу и к тому же месяцу прошлого года; считается только между полными месяцами.",
        "ds_monthly",
        "line",
        {"x": ("month",), "y": ("growth_month_percent", "growth_year_percent"), "y2": ()},
        sort=(("month", "ASC"),),
        filters=_WHOLE,
    ),
    DashboardChart(
        "ch_types",
        "Типы воздушных судов",
        "По полю TYP плана; «Не указан», если его нет.",
        "ds_daily",
        "donut",
        {"dimensions": ("uav_type",), "measures": ("flights",)},
        sort=(("flights", "DESC"),),
        filters=(Filter("uav_type", "ISNOTNULL"),),
    ),
    DashboardChart(
        "ch_operators",
        "Виды эксплуатантов",
        "По полю OPR плана, без имён и названий.",
        "ds_operators",
        "bar",
        {"y": ("operator_kind",), "x": ("flights",)},
        sort=(("flights", "DESC"),),
    ),
    DashboardChart(
        "ch_states",
        "Состояние планов",
        "Состоявшиеся, известные только по плану и отменённые.",
        "ds_daily",
        "donut",
        {"dimensions": ("state",), "measures": ("told",)},
        sort=(("told", "DESC"),),
        filters=(Filter("state", "ISNOTNULL"),),
    ),
    DashboardChart(
        "ch_no_data",
        "Дней без данных",
        "Дни периода, о которых не говорит ни одна загруженная книга: ноль полётов в них ничего не значит.",
        "ds_daily",
        "metric",
        {"measures": ("days_without_data",)},
    ),
    DashboardChart(
        "ch_plan_fact",
        "План и факт по месяцам",
        "Что стало с поданными планами: состоялись, известны только по плану, отменены.",
        "ds_plans",
        "column",
        {"x": ("month",), "y": ("flown", "planned", "cancelled")},
        sort=(("month", "ASC"),),
        filters=_DATED,
    ),
    DashboardChart(
        "ch_anomalies",
        "Необычные дни",
        "Из последних 92 дней данных: дальше пяти медианных отклонений от медианы того же дня недели за восемь недель.",
        "ds_anomalies",
        "flatTable",
        {"flat-table-columns": ("day", "region_name", "side", "flights", "median", "low", "high")},
        sort=(("day", "DESC"),),
    ),
    DashboardChart(
        "ch_region_map",
        "Полёты на карте регионов",
        "Чем темнее регион, тем больше полётов за период. Мелкие острова на карте опущены, в числах они есть.",
        "ds_region_map",
        "geopolygon",
        {"geopolygon": ("polygon",)},
        colors=("flights",),
        tooltips=("region_name", "flights"),
        filters=_DATED,
    ),
    DashboardChart(
        "ch_ranking",
        "Регионы",
        "Плотность — полёты за период на 1000 кв. км официальной площади региона.",
        "ds_daily",
        "flatTable",
        {"flat-table-columns": ("region_name", "flights", "flown", "aircraft", "hours", "mean_minutes", "density")},
        sort=(("flights", "DESC"),),
    ),
    DashboardChart(
        "ch_top",
        "Регионы по числу полётов",
        "Полёты без точки или вне границ стоят строкой «Без региона».",
        "ds_daily",
        "bar",
        {"y": ("region_name",), "x": ("flights",)},
        sort=(("flights", "DESC"),),
    ),
    DashboardChart(
        "ch_region_months",
        "Месяцы по регионам",
        "Выберите регионы над графиком, чтобы линий было немного.",
        "ds_monthly",
        "line",
        {"x": ("month",), "y": ("flights",), "y2": ()},
        colors=("region_name",),
        sort=(("month", "ASC"),),
        filters=_REGIONS_ONLY,
    ),
    DashboardChart(
        "ch_places",
        "Места вылета",
        "Точки с шагом в десятки метров.",
        "ds_places",
        "geopoint",
        {"geopoint": ("point",), "size": ("flights",)},
        tooltips=("region_name", "flights"),
    ),
    DashboardChart(
        "ch_quality",
        "Полнота данных по регионам",
        "Доля полётов, о которых известно то, из чего считаются показатели.",
        "ds_quality",
        "flatTable",
        {
            "flat-table-columns": (
                "region_name",
                "flights",
                "with_dep_percent",
                "with_arr_percent",
                "timed_percent",
                "unplaced_percent",
            )
        },
        sort=(("flights", "DESC"),),
    ),
    DashboardChart(
        "ch_region_growth",
        "Прирост по регионам",
        "К прошлому месяцу и к тому же месяцу прошлого года; считается только между полными месяцами.",
        "ds_monthly",
        "flatTable",
        {"flat-table-columns": ("month", "region_name", "flights", "growth_month_percent", "growth_year_percent")},
        sort=(("month", "DESC"),),
        filters=_REGIONS_ONLY,
    ),
    DashboardChart(
        "ch_contributions",
        "Вклад регионов в изменение за месяц",
        "На сколько полётов и процентных пунктов регион изменил число полётов страны к прошлому месяцу.",
        "ds_contributions",
        "flatTable",
        {"flat-table-columns": ("month", "region_name", "flights", "before", "change", "points")},
        sort=(("month", "DESC"),),
        filters=(*_ONE_COUNT, Filter("against", "IN", ("Месяц назад",))),
    ),
    DashboardChart(
        "ch_span_contributions",
        "Вклад регионов в изменение за квартал",
        "На сколько полётов и процентных пунктов регион изменил число полётов страны к прошлому кварталу.",
        "ds_span_contributions",
        "flatTable",
        {"flat-table-columns": ("month", "region_name", "flights", "before", "change", "points")},
        sort=(("month", "DESC"),),
        filters=(*_ONE_COUNT, Filter("span", "IN", ("Квартал",)), Filter("against", "IN", ("Срок назад",))),
    ),
    DashboardChart(
        "ch_districts",
        "Федеральные округа",
        "Полёты без точки или вне границ стоят строкой «Без региона».",
        "ds_districts",
        "bar",
        {"y": ("district",), "x": ("flights",)},
        sort=(("flights", "DESC"),),
    ),
    DashboardChart(
        "ch_center_scores",
        "Балл центров по месяцам",
        "100 − среднее из долей: отклонённые строки, полёты с замечаниями, вылеты без посадки, дни без полётов.",
        "ds_center_scores",
        "flatTable",
        {
            "flat-table-columns": (
                "month",
                "center",
                "score",
                "flights",
                "with_problems",
                "no_landing",
                "silent_days",
                "rows",
                "rejected",
            )
        },
        sort=(("month", "DESC"),),
        filters=_WHOLE,
    ),
    DashboardChart(
        "ch_centers",
        "Центры ЕС ОрВД",
        "Планы, их исполнение и полнота сообщений по центрам.",
        "ds_plans",
        "flatTable",
        {
            "flat-table-columns": (
                "center",
                "flights",
                "flown",
                "cancelled",
                "flown_percent",
                "unclosed",
                "no_landing",
                "with_problems",
            )
        },
        sort=(("flights", "DESC"),),
    ),
    DashboardChart(
        "ch_problems",
        "Замечания к полётам",
        "Сколько полётов с каждым замечанием; что оно значит, сказано в справке сервиса.",
        "ds_problems",
        "bar",
        {"y": ("code",), "x": ("flights",)},
        sort=(("flights", "DESC"),),
    ),
    DashboardChart(
        "ch_zones",
        "Зоны полётов по регионам",
        "Чем задана зона плана и сколько полётов досталось региону по площади зон.",
        "ds_zones",
        "flatTable",
        {
            "flat-table-columns": (
                "region_name",
                "flights",
                "named",
                "circles",
                "polygons",
                "routes",
                "touching",
                "by_area",
            )
        },
        sort=(("flights", "DESC"),),
    ),
    DashboardChart(
        "ch_zone_names",
        "Названные зоны",
        "Зоны, названные в планах, по числу полётов.",
        "ds_zone_names",
        "bar",
        {"y": ("zone",), "x": ("flights",)},
        sort=(("flights", "DESC"),),
    ),
    DashboardChart(
        "ch_local_days",
        "Полёты по дням местного времени",
        "День вылета по времени места полёта, а не по московскому.",
        "ds_daily",
        "column",
        {"x": ("day_local",), "y": ("flights",)},
        sort=(("day_local", "ASC"),),
    ),
    DashboardChart(
        "ch_region_peaks",
        "Пик за час по регионам",
        "Наибольшее число полётов региона, начавшихся за один час, за период.",
        "ds_peaks",
        "bar",
        {"y": ("region_name",), "x": ("peak_hour",)},
        sort=(("peak_hour", "DESC"),),
        filters=(*_REGIONS_ONLY, Filter("uav_type", "IN", ("Все типы",))),
    ),
    DashboardChart(
        "ch_lateness",
        "Опоздания вылетов",
        "На сколько минут вылет позже плана, шаг 15 минут; меньше нуля — раньше.",
        "ds_lateness",
        "column",
        {"x": ("late_quarter",), "y": ("flights",)},
        sort=(("late_quarter", "ASC"),),
    ),
    DashboardChart(
        "ch_week",
        "Дни недели и часы",
        "Час вылета по местному времени региона.",
        "ds_hours",
        "pivotTable",
        {"pivot-table-columns": ("hour",), "rows": ("weekday", "weekday_name"), "measures": ("flights",)},
        colors=("flights",),
        sort=(("weekday", "ASC"),),
    ),
    DashboardChart(
        "ch_hours",
        "Полёты по часам",
        "Час вылета по местному времени региона.",
        "ds_hours",
        "column",
        {"x": ("hour",), "y": ("flights",)},
        sort=(("hour", "ASC"),),
    ),
    DashboardChart(
        "ch_day_parts",
        "Части суток",
        "Ночь 00–06, утро 06–12, день 12–18, вечер 18–24 по местному времени региона.",
        "ds_hours",
        "donut",
        {"dimensions": ("day_part",), "measures": ("flights",)},
    ),
    DashboardChart(
        "ch_peak_hour",
        "Пик за час по дням",
        "Наибольшее число полётов, начавшихся за один час, по всей стране.",
        "ds_peaks",
        "line",
        {"x": ("day",), "y": ("peak_hour",), "y2": ()},
        sort=(("day", "ASC"),),
        filters=_ALL_TYPES,
    ),
    DashboardChart(
        "ch_peak_airborne",
        "Одновременно в воздухе по дням",
        "Наибольшее число полётов, бывших в воздухе в одну минуту, по всей стране.",
        "ds_peaks",
        "area",
        {"x": ("day",), "y": ("peak_airborne",)},
        sort=(("day", "ASC"),),
        filters=_ALL_TYPES,
    ),
    DashboardChart(
        "ch_durations",
        "Длительности полётов",
        "Число полётов по длительности, шаг 15 минут: факт и план.",
        "ds_durations",
        "column",
        {"x": ("quarter",), "y": ("flights",)},
        colors=("kind",),
        sort=(("quarter", "ASC"),),
    ),
)

_REGION_SELECTOR = Selector("sel_region", "Регион", "ds_daily", REGION, "select")
_PERIOD = Selector("sel_period", "Период", "ds_daily", "day", "period")
_TYPE = Selector("sel_type", "Тип", "ds_daily", "uav_type", "select")
_SELECTORS = (_PERIOD, _REGION_SELECTOR, _TYPE)
_ALIASES = (("day", "month"),)

DASHBOARDS: tuple[DashboardLayout, ...] = (
    DashboardLayout(
        "overview",
        "Обзор",
        "Сколько полётов, как долго и где.",
        _SELECTORS,
        (
            (
                Placed("ch_flights", 9, 6),
                Placed("ch_aircraft", 9, 6),
                Placed("ch_mean", 9, 6),
                Placed("ch_hours_flown", 9, 6),
            ),
            (Placed("ch_days", 36, 12),),
            (Placed("ch_region_map", 24, 18), Placed("ch_types", 12, 18)),
            (Placed("ch_months", 12, 12), Placed("ch_growth", 12, 12), Placed("ch_operators", 12, 12)),
            (Placed("ch_plan_fact", 18, 12), Placed("ch_states", 9, 12), Placed("ch_no_data", 9, 12)),
            (Placed("ch_anomalies", 36, 14),),
        ),
        _ALIASES,
    ),
    DashboardLayout(
        "regions",
        "Регионы",
        "Регионы рядом: число полётов, плотность, полнота данных.",
        _SELECTORS,
        (
            (Placed("ch_ranking", 22, 20), Placed("ch_top", 14, 20)),
            (Placed("ch_places", 18, 18), Placed("ch_region_months", 18, 18)),
            (Placed("ch_quality", 36, 16),),
            (Placed("ch_region_growth", 18, 16), Placed("ch_contributions", 18, 16)),
            (Placed("ch_span_contributions", 24, 16), Placed("ch_districts", 12, 16)),
            (Placed("ch_centers", 24, 16), Placed("ch_problems", 12, 16)),
            (Placed("ch_center_scores", 36, 16),),
            (Placed("ch_zones", 24, 16), Placed("ch_zone_names", 12, 16)),
        ),
        _ALIASES,
    ),
    DashboardLayout(
        "time",
        "Время",
        "Когда летают и когда нагрузка наибольшая.",
        _SELECTORS,
        (
            (Placed("ch_week", 24, 14), Placed("ch_day_parts", 12, 14)),
            (Placed("ch_hours", 18, 12), Placed("ch_durations", 18, 12)),
            (Placed("ch_peak_hour", 18, 12), Placed("ch_peak_airborne", 18, 12)),
            (Placed("ch_region_peaks", 18, 16), Placed("ch_lateness", 18, 16)),
            (Placed("ch_local_days", 36, 12),),
        ),
        _ALIASES,
    ),
)


def dataset(name: str) -> Dataset:
    """Give a dataset by its id; raises StopIteration where there is none."""
    return next(each for each in DATASETS if each.id == name)


def chart(name: str) -> DashboardChart:
    """Give a chart by its id; raises StopIteration where there is none."""
    return next(each for each in CHARTS if each.id == name)
