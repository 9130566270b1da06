// Overview: key figures, dynamics, the map, the busiest regions, types, reports and their log.
import { COUNTING, filters, link, query } from "../address.js";
import { get } from "../api.js";
import { chart } from "../charts.js";
import { onDatalens } from "../dashboards.js";
import { card, choice, el } from "../dom.js";
import { reports } from "../downloads.js";
import { compared, comparedText, countedBy, districtRows, figures, flightsOf, keys, MONTH_HEADS, monthRows, periodText } from "../figures.js";
import { filterBar } from "../filters.js";
import { bytes, counted, DASH, date, moment, momentBy, number, share, typeName } from "../format.js";
import { map } from "../map.js";
import { frame, lead, page } from "../shell.js";
import { later } from "../states.js";
import { bars, numbers } from "../table.js";

const REPORT_KINDS = { overview: "По стране", region: "По региону" };
const REPORT_STATES = { done: ["готов", "good"], failed: ["ошибка", "bad"] };

/** Make the closed log; it is read anew each time it is opened. */
function reportLog() {
  const body = el("div");
  const box = el("details", { style: "margin-top:.9rem" }, el("summary", {}, "Журнал отчётов"), body);
  box.addEventListener("toggle", async () => {
    if (!box.open) return;
    try {
      const { items } = await get("/api/reports?limit=20");
      body.replaceChildren(items.length ? reportTable(items) : el("p", { class: "soft" }, "Отчётов ещё не было."));
    } catch (error) {
      body.replaceChildren(el("p", { class: "notice warn", role: "alert" }, error.message));
    }
  });
  return box;
}

function reportTable(items) {
  const heads = ["Когда", "Отчёт", "Формат", "Период", "Регион", "Тип", "Состояние", "Размер"];
  const period = (item) => (item.period_from || item.period_to ? `${date(item.period_from)} – ${date(item.period_to)}` : "все данные");
  const line = (item) => {
    const [word, colour] = REPORT_STATES[item.state];
    const texts = [REPORT_KINDS[item.kind], item.format.toUpperCase(), period(item), item.region ?? "все", item.uav_type ? typeName(item.uav_type) : "все"];
    return el("tr", {}, el("th", { scope: "row" }, moment(item.asked_at)), texts.map((text, index) => el("td", { "data-title": heads[index + 1] }, text)),
      el("td", { "data-title": heads[6] }, el("span", { class: `badge ${colour}` }, word)), el("td", { class: "right", "data-title": heads[7] }, bytes(item.size_bytes)));
  };
  return el("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": "Журнал отчётов" },
    el("table", { class: "stack" }, el("caption", { class: "hidden-text" }, "Журнал отчётов"),
      el("thead", {}, el("tr", {}, heads.map((title, index) => el("th", { scope: "col", class: index === 7 ? "right" : null }, title)))),
      el("tbody", {}, items.map(line))));
}

async function read() {
  const set = filters();
  const { region, ...country } = set;
  // The figures do not wait for the ranking, which counts every region and comes later.
  const ranking = get(`/api/stats/regions${query(country)}`);
  ranking.catch(() => {});
  const answer = await get(`/api/stats/overview${query(set)}`);
  return { set, answer, ranking, other: await compared(set, answer) };
}

function draw({ set, answer, ranking, other }) {
  if (!answer.period) return null;
  const place = answer.region ? answer.region.name : "вся страна";
  lead(`${periodText(answer.period)}, ${place}${answer.type ? `, тип ${typeName(answer.type)}` : ""}${countedBy(answer)}${comparedText(other)}`);
  return [
    keys(figures(answer, other), "third wide-quarter"),
    later(ranking, 600, "two-thirds wide-half", (ready) => country(set, answer, ready)),
    later(ranking, 600, "third wide-quarter", (ready) => busiest(set, ready)), dynamics(set, answer),
    later(ranking, 400, "third wide-quarter", districts), kinds(answer), makers(answer), documents(set, answer),
  ];
}

function dynamics(set, answer) {
  const box = el("div");
  const show = (by) => box.replaceChildren(...(by === "daily" ? days(set) : months(set, answer)));
  const tools = choice("dynamics", "Шаг", [["daily", "По дням"], ["months", "По месяцам"]], "daily", show);
  show("daily");
  return card("Динамика", { tools: [tools], size: "two-thirds wide-whole" }, box);
}

function days(set) {
  const table = el("div");
  get(`/api/stats/daily${query(set)}`).then((answer) => table.replaceChildren(
    numbers("Полёты по дням", ["День", "Полёты", "Состоявшиеся", "Аппараты"],
      answer.days.map((day) => [date(day.day), ...(day.has_data ? [number(day.flights), number(day.flown), number(day.aircraft)] : ["нет данных", DASH, DASH])])))).catch(() => {});
  return [chart("daily", "Полёты по дням", set, 380), el("p", { class: "small soft" }, "Оранжевая линия: среднее за семь дней."), table];
}

const months = (set, answer) => [
  chart("months", "Полёты по месяцам", set, 380),
  numbers("Полёты по месяцам", MONTH_HEADS, monthRows(answer.months)),
];

function country(set, answer, ranking) {
  const { tools, body } = map(ranking.items, set.region);
  return card(`Регионы на карте${wide(set)}`, { tools: [tools], size: "two-thirds wide-half" }, body);
}

/** What the map and the ranking are of, said where the page's other numbers are of one region. */
const wide = (set) => (set.region ? ": вся страна" : "");

function busiest(set, ranking) {
  const rows = ranking.items.filter((item) => item.flights > 0).slice(0, 10).map((item) => ({
    name: item.name, href: link("/region", { code: item.code }, COUNTING), count: item.flights,
    texts: [number(item.flights), share(item.share_percent, ranking.flights)],
  }));
  const rest = ranking.without_region ? `Без региона: ${number(ranking.without_region)}.` : null;
  return card(`Десять первых регионов${wide(set)}`, { size: "third wide-quarter" },
    bars("Десять регионов с наибольшим числом полётов", ["Регион", "Полёты", "Доля"], rows, { stacked: true }),
    el("p", { class: "small soft" }, rest, " ", el("a", { href: link("/regions", {}, COUNTING) }, "Все регионы")));
}

function districts(ranking) {
  const rows = districtRows(ranking.items).map((each) => ({ ...each, texts: [number(each.count), share((100 * each.count) / ranking.flights, ranking.flights)] }));
  return card("Федеральные округа", { size: "third wide-quarter" }, bars("Федеральные округа", ["Округ", "Полёты", "Доля"], rows, { stacked: true }));
}

function kinds(answer) {
  const rows = answer.types.map((item) => ({ name: typeName(item.uav_type), count: item.flights, texts: [number(item.flights), share(item.share_percent, answer.totals.flights)], href: item.uav_type === "other" ? null : flightsOf(answer, { type: item.uav_type }) }));
  return card(`Типы воздушных судов${answer.type ? ": все типы" : ""}`, { size: "third wide-quarter" }, bars("Типы воздушных судов", ["Тип", "Полёты", "Доля"], rows, { stacked: true }));
}

function makers(answer) {
  const rows = answer.operators.map((item) => ({ name: item.title, count: item.count, texts: [number(item.count), share(item.share_percent, answer.totals.flights)], href: flightsOf(answer, { operator: item.kind }) }));
  rows.sort((one, other) => other.count - one.count);
  return card("Виды эксплуатантов", { size: "third wide-quarter" }, bars("Виды эксплуатантов", ["Вид", "Полёты", "Доля"], rows, { stacked: true }));
}

function documents(set, answer) {
  const note = `Те же числа за тот же период: ${counted(answer.period.days, "день", "дня", "дней")}. Данные на ${momentBy(answer.revision.counted_at, answer.days_by)}.`;
  return card("Отчёт", { note, size: "wide-quarter" }, reports(set.region ? "region" : "overview", set), reportLog());
}

frame();
if (!(await onDatalens("overview"))) {
  filterBar({ compare: true });
  await page({ read, draw, heights: [168, 420, 400] });
}
