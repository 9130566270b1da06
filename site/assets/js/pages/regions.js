// Regions: the ranking as a table that sorts and can be searched, and as files.
import { change, COUNTING, filters, link, parameters, query } from "../address.js";
import { get } from "../api.js";
import { onDatalens } from "../dashboards.js";
import { card, el, icon } from "../dom.js";
import { csv, download, save } from "../downloads.js";
import { countedBy, periodText } from "../figures.js";
import { filterBar } from "../filters.js";
import { counted, duration, hours, number, share } from "../format.js";
import { namesFound } from "../region_names.js";
import { frame, lead, page } from "../shell.js";
import { sortable } from "../table.js";

const NAMES = COUNTING;
const COLUMNS = [
  { key: "rank", title: "№", number: true, value: (item) => item.rank },
  { key: "name", title: "Регион", head: true, value: (item) => item.name, show: (item) => el("a", { href: link("/region", { code: item.code }, NAMES) }, item.name) },
  { key: "flights", title: "Полёты", number: true, value: (item) => item.flights, show: (item) => number(item.flights) },
  { key: "district", title: "Округ", value: (item) => item.district ?? "", show: (item) => item.district ?? "—" },
  { key: "share", title: "Доля", number: true, value: (item) => item.share_percent, show: (item) => share(item.share_percent, item.country, 2) },
  { key: "aircraft", title: "Аппараты", number: true, value: (item) => item.aircraft, show: (item) => number(item.aircraft) },
  { key: "minutes", title: "Налёт", number: true, value: (item) => item.actual.total_minutes, show: (item) => hours(item.actual.total_minutes) },
  { key: "mean", title: "Средняя длит.", note: "Средняя фактическая длительность", number: true, value: (item) => item.actual.mean_minutes, show: (item) => duration(item.actual.mean_minutes) },
  { key: "median", title: "Медиана", note: "Медиана фактической длительности", number: true, value: (item) => item.actual.median_minutes, show: (item) => duration(item.actual.median_minutes) },
  { key: "daily", title: "В сутки", number: true, value: (item) => item.mean_a_day, show: (item) => number(item.mean_a_day, 2) },
  { key: "zero", title: "Дней без полётов", number: true, value: (item) => item.zero_days, show: (item) => number(item.zero_days) },
  { key: "peak", title: "Пик за час", number: true, value: (item) => item.peak_hour, show: (item) => number(item.peak_hour) },
  { key: "sliding", title: "Пик за 60 мин", note: "Наибольшее число полётов, начавшихся за любые шестьдесят минут", number: true, value: (item) => item.peak_sliding, show: (item) => number(item.peak_sliding) },
  { key: "year", title: "На 1000 км² в год", note: "Как если бы период длился год", number: true, value: (item) => item.density_a_year, show: (item) => number(item.density_a_year, 2) },
  { key: "density", title: "На 1000 км²", number: true, value: (item) => item.density, show: (item) => number(item.density, 2) },
];

async function read() {
  const set = filters(NAMES);
  return { set, answer: await get(`/api/stats/regions${query(set)}`) };
}

function draw({ set, answer }) {
  if (!answer.period) return null;
  const flown = answer.items.filter((item) => item.flights > 0).length;
  lead(`${periodText(answer.period)}, полёты есть в ${number(flown)} из ${counted(answer.items.length, "региона", "регионов", "регионов")}${countedBy(answer)}`);
  const search = el("input", { class: "search", type: "search", placeholder: "Найти регион", "aria-label": "Найти регион", value: parameters().get("find") ?? "" });
  const names = answer.items.map((item) => item.name);
  let found = namesFound(names, search.value);
  const matches = (item) => found.has(item.name);
  const none = el("p", { class: "notice", role: "status", hidden: true });
  const tell = () => {
    none.hidden = answer.items.some(matches);
    none.textContent = none.hidden ? "" : `Региона «${search.value.trim()}» в списке нет. Ищите по части названия или по привычному имени: Питер, Якутия, ХМАО.`;
  };
  const table = sortable("Рейтинг регионов", COLUMNS, answer.items.map((item) => ({ ...item, country: answer.flights })), {
    sort: parameters().get("sort") ?? "rank", keep: matches, single: true,
    onsort: (sort) => change({ sort: sort === "rank" ? "" : sort }, { silently: true }),
  });
  search.addEventListener("input", () => {
    change({ find: search.value.trim() }, { silently: true });
    found = namesFound(names, search.value);
    table.refresh();
    tell();
  });
  tell();
  const total = el("p", { class: "small soft" },
    `Всего по стране: ${counted(answer.flights, "полёт", "полёта", "полётов")}, без региона: ${number(answer.without_region)}. Доли считаются от всех полётов страны.`);
  const held = el("p", { class: "small soft" },
    `Регионы — те, что держит действующий набор границ, их ${number(answer.items.length)}. Полёт с точкой вне их (на суше соседней страны или дальше 5 км от границы) или без точки входит в итоги по стране и ни в один регион.`);
  return [card("Рейтинг", { tools: [search, el("a", { class: "button small-button", href: link("/region-comparison", {}, NAMES) }, "Поставить рядом"), files(set, answer)], size: "dense ranking" }, none, table.element, total, held)];
}

function files(set, answer) {
  const spread = el("button", { class: "button small-button", type: "button" }, icon("down"), "CSV");
  spread.addEventListener("click", () => {
    const columns = COLUMNS.map((column) => [column.title, column.value]);
    columns.splice(2, 0, ["Код", (item) => item.code]);
    const rows = answer.items.map((item) => columns.map(([, value]) => value(item)));
    const titles = columns.map(([title]) => ({ "Налёт": "Налёт, мин", "Доля": "Доля, %", "Средняя длит.": "Средняя длительность, мин", "Медиана": "Медиана, мин" })[title] ?? title);
    save(csv(titles, rows), `Регионы ${answer.period.first} - ${answer.period.last}.csv`);
  });
  return el("div", { class: "downloads" }, spread, download(`/api/reports/overview.xlsx${query(set)}`, "Excel", "overview.xlsx"));
}

frame();
if (!(await onDatalens("regions"))) {
  filterBar({ region: false });
  await page({ read, draw, heights: [640], filtered: () => Object.keys(filters(NAMES)).length > 0 });
}
