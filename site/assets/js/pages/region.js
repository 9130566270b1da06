// One region: all its figures, its dynamics, its hours, where its latest flights began.
import { COUNTING, filters, link, parameters, query } from "../address.js";
import { get } from "../api.js";
import { chart } from "../charts.js";
import { card, el } from "../dom.js";
import { dots } from "../dots.js";
import { download, reports } from "../downloads.js";
import { compared, comparedText, countedBy, figures, flightsOf, hourRows, keys, MONTH_HEADS, monthRows, parts, periodText, weekdays } from "../figures.js";
import { filterBar } from "../filters.js";
import { DASH, date, number, share, typeName, zoneName } from "../format.js";
import { frame, lead, page } from "../shell.js";
import { bars, numbers } from "../table.js";

const NAMES = COUNTING;

async function read() {
  const code = parameters().get("code") ?? "";
  const set = filters(NAMES);
  if (!code) {
    location.replace(link("/regions", {}, NAMES));
    return new Promise(() => {});
  }
  const path = `/api/stats/region/${encodeURIComponent(code)}`;
  const answer = await get(`${path}${query(set)}`);
  return { code, set, answer, other: await compared(set, answer, path) };
}

function draw({ code, set, answer, other }) {
  const { name, time_zone: zone } = answer.region;
  document.title = `${name} — Fly Potato`;
  document.querySelector("h1").textContent = name;
  if (!answer.period) return null;
  lead(`${periodText(answer.period)}, место ${answer.place.rank} из ${answer.place.regions}, время ${zoneName(zone)}${countedBy(answer)}${comparedText(other)}`);
  const all = { ...set, region: code };
  return [keys([...figures(answer, other), ...own(answer)]), dynamics(all, answer), places(all, code, name), clock(all, answer), week(answer), day(answer), types(answer), operators(answer), documents(all)];
}

const own = ({ place, density, totals }) => [
  { id: "share", name: "Доля в стране", value: share(place.share_percent, totals.flights, 2), note: `место ${place.rank} из ${place.regions}` },
  { id: "density", name: "На 1000 км²", value: number(density.flights_per_1000_km2, 2), note: `в год ${number(density.a_year, 2)}, в месяц ${number(density.a_month, 2)}; площадь ${number(density.area_km2)} км²${density.area_source === "polygon" ? " по границе" : ""}` },
];

function dynamics(all, answer) {
  const days = answer.days.map((day) => [date(day.day), ...(day.has_data ? [number(day.flights), number(day.flown), number(day.aircraft)] : ["нет данных", DASH, DASH])]);
  return card("Динамика по дням", { note: "Оранжевая линия: среднее за семь дней." }, chart("daily", "Полёты по дням", all, 260),
    numbers("Полёты по дням", ["День", "Полёты", "Состоявшиеся", "Аппараты"], days), el("h3", {}, "По месяцам"), numbers("Полёты по месяцам", MONTH_HEADS, monthRows(answer.months)));
}

const places = (all, code, name) => card("Где начинались последние полёты", { size: "half" }, dots(all, code, name));
const clock = (all, answer) => card("По часам", { size: "half", note: "Местное время вылета." }, chart("hours", "Полёты по часам местного времени", all, 260), numbers("Полёты по часам", ["Час", "Полёты"], hourRows(answer.hours)));
const week = (answer) => card("По дням недели", { size: "half" }, weekdays(answer.weekdays));
const day = (answer) => card("По частям суток", { size: "half" }, parts(answer.day_parts));
const types = (answer) => card("Типы воздушных судов", { size: "half" }, bars("Типы воздушных судов", ["Тип", "Полёты", "Доля"],
  answer.types.map((item) => ({ name: typeName(item.uav_type), count: item.flights, href: item.uav_type === "other" ? null : flightsOf(answer, { type: item.uav_type }), texts: [number(item.flights), share(item.share_percent, answer.totals.flights)] })), { stacked: true }));
const operators = (answer) => card("Виды эксплуатантов", { size: "half" }, bars("Виды эксплуатантов", ["Вид", "Полёты", "Доля"],
  [...answer.operators].sort((one, other) => other.count - one.count).map((item) => ({ name: item.title, count: item.count, href: flightsOf(answer, { operator: item.kind }), texts: [number(item.count), share(item.share_percent, answer.totals.flights)] })), { stacked: true }));
const documents = (all) => card("Отчёт по региону", { note: "Книга Excel с диаграммами, документ, картинка или JSON; список полётов — все строки периода." },
  el("div", { class: "downloads" }, reports("region", all), download(`/api/exports/flights.csv${query(all)}`, "Список полётов, CSV", "Список полётов.csv"), download(`/api/exports/flights.xlsx${query(all)}`, "Список полётов, Excel", "Список полётов.xlsx")));

frame();
document.querySelector("main > .heading").before(el("p", { class: "crumbs" }, el("a", { href: link("/regions", {}, NAMES) }, "Все регионы"), " · ",
  el("a", { href: link("/region-comparison", { region: parameters().get("code") ?? "" }, NAMES) }, "Рядом с другими")));
filterBar({ region: false, compare: true });
await page({ read, draw, heights: [168, 360, 380], filtered: () => Object.keys(filters(NAMES)).length > 0 });
