// Time: hours, weekdays, the week as a heat map, peaks.
import { filters, query } from "../address.js";
import { get } from "../api.js";
import { chart } from "../charts.js";
import { onDatalens } from "../dashboards.js";
import { card, el } from "../dom.js";
import { around, capital, countedBy, flightsOf, hourRows, keys, parts, periodText, weekdays, weekRows, zeroNote } from "../figures.js";
import { filterBar } from "../filters.js";
import { date, momentBy, number, share, typeName } from "../format.js";
import { frame, lead, page } from "../shell.js";
import { numbers, sortable } from "../table.js";

async function read() {
  const set = filters();
  const [answer, days, overview] = await Promise.all(["hourly", "daily", "overview"].map((name) => get(`/api/stats/${name}${query(set)}`)));
  return { set, answer, days, overview };
}

function draw({ set, answer, days, overview }) {
  if (!answer.period) return null;
  lead(`${periodText(answer.period)}, ${answer.region ? answer.region.name : "вся страна"}${answer.type ? `, тип ${typeName(answer.type)}` : ""}${countedBy(answer)}`);
  return [
    keys(shown(answer, days, overview)),
    card("По часам", { note: "Местное время вылета в регионе полёта." }, chart("hours", "Полёты по часам местного времени", set, 280), numbers("Полёты по часам", ["Час", "Полёты"], hourRows(answer.hours))),
    card("Неделя по часам", { note: "Чем насыщеннее цвет, тем больше полётов." }, chart("week", "Дни недели и часы местного времени", set, 280), numbers("Полёты по дням недели и часам", ["Час", "Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"], weekRows(answer.week))),
    card("По дням недели", { size: "half" }, weekdays(answer.weekdays)),
    card("По частям суток", { size: "half" }, parts(answer.day_parts)),
    peaks(days, answer),
  ];
}

function shown(answer, days, overview) {
  const fullest = (list, name) => list.reduce((best, each) => (each.count > best.count ? each : best), { count: -1, [name]: "—" });
  const [part, weekday] = [fullest(answer.day_parts, "title"), fullest(answer.weekdays, "title")];
  const { peaks: peak } = overview;
  return [
    peak && { id: "peak-hour", name: "Пик за час", value: number(peak.hour.flights), note: momentBy(peak.hour.at, overview.days_by), href: around(overview, peak.hour.at, 60) },
    peak && { id: "peak-sliding", name: "Пик за 60 минут", value: number(peak.sliding_hour.flights), note: momentBy(peak.sliding_hour.at, overview.days_by), href: around(overview, peak.sliding_hour.at, 60) },
    peak && { id: "peak-airborne", name: "Одновременно в воздухе", value: number(peak.airborne.flights), note: momentBy(peak.airborne.at, overview.days_by), href: around(overview, peak.airborne.at, 0, { airborne: true }) },
    { id: "part", name: "Самая занятая часть суток", value: capital(part.title), note: share(part.share_percent, overview.totals.flights) },
    { id: "weekday", name: "Самый занятой день недели", value: capital(weekday.title), note: share(weekday.share_percent, overview.totals.flights) },
    { id: "mean", name: "Полётов в сутки", value: number(days.spread.mean, 1), note: `медиана ${number(days.spread.median, 1)}` },
    { id: "zero", name: "Дней без полётов", value: number(days.spread.zero_days), note: zeroNote(days.spread) },
  ];
}

function peaks(days, answer) {
  const columns = [
    { key: "day", title: "День", head: true, value: (day) => day.day, show: (day) => (days.step === "day" ? el("a", { href: flightsOf(answer, { from: day.day, to: day.day }) }, date(day.day)) : date(day.day)) },
    { key: "flights", title: "Полёты", number: true, value: (day) => day.flights, show: (day) => number(day.flights) },
    { key: "hour", title: "Пик за час", number: true, value: (day) => day.peak_hour, show: (day) => number(day.peak_hour) },
    { key: "sliding", title: "Пик за 60 мин", number: true, value: (day) => day.peak_sliding, show: (day) => number(day.peak_sliding) },
    { key: "airborne", title: "Одновременно в воздухе", number: true, value: (day) => day.peak_airborne, show: (day) => number(day.peak_airborne) },
  ];
  const top = days.days.filter((day) => day.flights > 0).sort((one, other) => other.flights - one.flights || one.day.localeCompare(other.day)).slice(0, 10);
  return card("Самые нагруженные дни", {}, sortable("Десять самых нагруженных дней", columns, top, { sort: "-flights" }).element);
}

frame();
if (!(await onDatalens("time"))) {
  filterBar();
  await page({ read, draw, heights: [104, 340, 340] });
}
