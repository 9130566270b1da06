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

# Growth and peaks stand in the marts once for each clock and once for flown flights alone; a chart takes one of them.
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
        "Суммы календарных месяцев по всей стране.",
        "ds_monthly",
        "column",
        {"x": ("month",), "y": ("flights",)},
        sort=(("month", "ASC"),),
        filters=_WHOLE,
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
