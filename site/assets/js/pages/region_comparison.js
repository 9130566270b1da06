// Two to four regions side by side: how they are chosen, their figures as columns, their months as lines on one axis from zero.
import { change, COUNTING, filters, link, parameters, query } from "../address.js";
import { get } from "../api.js";
import { ownChart } from "../charts.js";
import { card, el, icon } from "../dom.js";
import { csv, pictures, save } from "../downloads.js";
import { countedBy, definition, flightsOf, monthFlights, monthTitle, periodText } from "../figures.js";
import { filterBar } from "../filters.js";
import { DASH, duration, growth, hours, month, number, share, typeName } from "../format.js";
import { namesFound } from "../region_names.js";
import { frame, lead, page } from "../shell.js";
import { numbers } from "../table.js";

/** So many regions stand side by side at most: more lines in one chart are not told apart. */
const MOST = 4;
const OFFERED = 8;

/** The codes in the address, each once. */
const chosen = () => [...new Set(parameters().getAll("region"))];

/** Put the bar under the filters; its function takes the regions there are (code and name, the busiest first) and the codes shown. */
function regionChoice() {
  const search = el("input", { id: "region-search", class: "search", type: "search", placeholder: "Название, Питер, ХМАО", autocomplete: "off" });
  const shown = el("ul", { class: "chips", "aria-label": "Стоят рядом" });
  const offered = el("ul", { class: "chips", "aria-label": "Можно добавить" });
  const status = el("p", { class: "small soft", role: "status" });
  let [regions, codes] = [[], []];
  const choose = (list) => {
    search.value = "";
    change({ region: list });
    search.focus();
  };
  const add = (code) => codes.length < MOST && choose([...codes, code]);
  const candidates = () => {
    const found = namesFound(regions.map(({ name }) => name), search.value);
    return regions.filter(({ code, name }) => !codes.includes(code) && found.has(name)).slice(0, OFFERED);
  };
  const button = (label, text, act) => el("li", {}, el("button", { type: "button", class: label === "Убрать" ? "chip" : "button small-button", "aria-label": `${label}: ${text}`, onclick: act }, label === "Убрать" ? `${text} ×` : `+ ${text}`));
  const offer = () => {
    const list = codes.length < MOST ? candidates() : [];
    offered.replaceChildren(...list.map(({ code, name }) => button("Добавить", name, () => add(code))));
    offered.hidden = list.length === 0;
    if (codes.length >= MOST) status.textContent = "Рядом стоят четыре региона. Чтобы добавить другой, уберите один.";
    else status.textContent = list.length ? "" : `Региона «${search.value.trim()}» в списке нет. Ищите по части названия или по привычному имени: Питер, Якутия, ХМАО.`;
    status.hidden = !status.textContent;
  };
  search.addEventListener("input", offer);
  const bar = el("form", { class: "filters region-choice", "aria-label": "Выбор регионов", onsubmit: (event) => {
    event.preventDefault();
    const [first] = candidates();
    if (first && search.value.trim()) add(first.code);
  } }, el("div", { class: "field" }, el("label", { for: search.id }, "Добавить регион"), search), shown, offered, status);
  document.querySelector("main > .filters").after(bar);
  return (all, now) => {
    [regions, codes] = [all, now];
    shown.replaceChildren(...codes.map((code) => button("Убрать", regions.find((region) => region.code === code).name, () => choose(codes.filter((each) => each !== code)))));
    shown.hidden = codes.length === 0;
    offer();
  };
}

/**
 * Make a card. A region: code, name; a row: name, `value` (a number for the file), `show` (what stands in the cell),
 * `term` of its definition, `unit` of the file's numbers.
 */
function sideBySide(title, regions, rows, note = null) {
  // The roles are said because a narrow screen lays the rows out as grids, which takes a table's own away.
  const line = ({ name, term, value, show }) => el("tr", { role: "row" },
    el("th", { scope: "row", role: "rowheader" }, name, term && definition(term, name)),
    regions.map((region) => el("td", { role: "cell" }, show ? show(region) : String(value(region)))));
  const head = ({ code, name }, index) => el("th", { scope: "col", role: "columnheader" },
    el("span", { class: `swatch series-${index + 1}`, "aria-hidden": "true" }), el("a", { href: link("/region", { code }, COUNTING) }, name));
  const table = el("table", { class: "beside", role: "table", style: `--regions:${regions.length}` }, el("caption", { class: "hidden-text" }, title),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, el("th", { scope: "col", role: "columnheader" }, "Показатель"), regions.map(head))),
    el("tbody", { role: "rowgroup" }, rows.map(line)));
  return card(title, { note, tools: [csvButton(title, regions, rows)] }, table);
}

function csvButton(title, regions, rows) {
  const button = el("button", { class: "button small-button", type: "button" }, icon("down"), "CSV");
  button.addEventListener("click", () => {
    const lines = rows.map(({ name, unit, value }) => [unit ? `${name}, ${unit}` : name, ...regions.map(value)]);
    save(csv(["Показатель", ...regions.map(({ name }) => name)], lines), `${title}, ${regions.map(({ code }) => code).join(", ")}.csv`);
  });
  return el("div", { class: "downloads" }, button);
}

const SHAPES = ["circle", "square", "triangle-up", "diamond"];

/** Describe the chart; a month that the data do not hold whole is a hollow mark that no line leads to. */
async function monthLines(regions, set, size) {
  const single = await Promise.all(regions.map(({ code }) => get(`/api/charts/months.json${query({ ...set, region: code, ...size })}`)));
  // The axis of the greatest holds them all.
  const reach = (each) => each.encoding.y.scale.domain[1];
  const { mark: _, data: __, encoding: { x, y }, ...base } = single.reduce((best, each) => (reach(each) > reach(best) ? each : best));
  const names = regions.map(({ name }) => name);
  const style = getComputedStyle(document.documentElement);
  const scale = { domain: names, range: names.map((name, index) => style.getPropertyValue(`--series-${index + 1}`).trim()) };
  const by = { field: "region", type: "nominal", title: null, sort: null, legend: { orient: "top", columns: size.width < 700 ? 1 : 2, labelLimit: size.width - 40 } };
  const values = regions.flatMap(({ name, answer }) => answer.months.map((each) => ({
    region: name, month: `${each.month}-01`, flights: each.flights, whole: each.complete ? each.flights : null,
  })));
  const tooltip = [
    { field: "region", type: "nominal", title: "регион" }, { field: "month", type: "temporal", timeUnit: "utcyearmonth", format: "%m.%Y", title: "месяц" },
    { field: "flights", type: "quantitative", format: ",d", title: "полётов" },
  ];
  return {
    ...base,
    description: "Полёты выбранных регионов по месяцам",
    data: { values },
    encoding: { x, color: { ...by, scale } },
    layer: [
      { mark: { type: "line", strokeWidth: 2 }, encoding: { y: { ...y, field: "whole" } } },
      {
        mark: { type: "point", size: 55, strokeWidth: 2, opacity: 1 },
        encoding: {
          y, tooltip, shape: { ...by, scale: { domain: names, range: SHAPES } }, fill: { ...by, scale },
          fillOpacity: { condition: { test: "datum.whole !== null", value: 1 }, value: 0 },
        },
      },
    ],
  };
}

const TYPES = 5;

async function read() {
  const set = filters(COUNTING);
  const { period, items } = await get(`/api/stats/regions${query(set)}`);
  const available = chosen().filter((code) => items.some((item) => item.code === code));
  const regions = await Promise.all(available.slice(0, MOST).map((code) => region(code, set)));
  return { set, period, items, regions, lost: chosen().filter((code) => !available.includes(code)), more: available.length > MOST };
}

async function region(code, set) {
  const [answer, quality] = await Promise.all([
    get(`/api/stats/region/${encodeURIComponent(code)}${query(set)}`), get(`/api/stats/quality${query({ ...set, region: code })}`),
  ]);
  return { code, name: answer.region.name, answer, quality };
}

function draw({ set, period, items, regions, lost, more }) {
  offer(items, regions.map(({ code }) => code));
  if (!period) return null;
  lead(`${periodText(period)}${regions.length ? countedBy(regions[0].answer) : ""}`);
  const notices = [
    lost.length && `Таких регионов нет среди доступных вам: ${lost.join(", ")}.`,
    more && "В адресе больше четырёх регионов: показаны первые четыре.",
    regions.length < 2 && (regions.length ? "Добавьте ещё регион: рядом встанут от двух до четырёх." : "Выберите от двух до четырёх регионов: найдите по названию или возьмите из предложенных."),
  ].filter(Boolean).map((text) => el("p", { class: "notice", role: "status" }, text));
  if (!regions.length) return notices;
  return [
    ...notices,
    sideBySide("Полёты", regions, counts(regions)),
    dynamics(set, period, regions),
    sideBySide("Время и пики", regions, TIMES),
    sideBySide("Типы воздушных судов", regions, types(regions), "Пять первых типов каждого региона; доля — от полётов региона."),
    sideBySide("Качество данных", regions, QUALITY, "Доли от полётов региона."),
  ];
}

const counted = (name, term, value, digits = 0) => ({ name, term, value, show: (region) => number(value(region), digits) });
const part = (name, term, value, flights = ({ answer }) => answer.totals.flights, digits = 1) => ({ name, term, unit: "%", value, show: (region) => share(value(region), flights(region), digits) });

const counts = (regions) => [
  { ...counted("Полёты", "flights", ({ answer }) => answer.totals.flights), show: ({ answer }) => el("a", { href: flightsOf(answer) }, number(answer.totals.flights)) },
  counted("Состоявшиеся", "flown", ({ answer }) => answer.totals.flown),
  counted("Аппаратов в них", "aircraft", ({ answer }) => answer.totals.aircraft),
  part("Доля в стране", "share", ({ answer }) => answer.place.share_percent, undefined, 2),
  counted("Место среди регионов", null, ({ answer }) => answer.place.rank),
  counted("На 1000 км² в год", "density", ({ answer }) => answer.density.a_year, 2),
  counted("Полётов в сутки", "daily", ({ answer }) => answer.spread.mean, 2),
  counted("Дней без полётов", "zero", ({ answer }) => answer.spread.zero_days),
  ...grown(regions),
];

/** The data hold the same last whole month for every region. */
function grown(regions) {
  const last = regions.find(({ answer }) => answer.growth)?.answer.growth.month;
  if (!last) return [];
  const row = (name, to) => {
    const value = ({ answer }) => answer.growth?.[`to_${to}_before_percent`] ?? null;
    const show = (region) => growth(value(region), region.answer.growth?.flights, region.answer.growth?.[`${to}_before_has_data`]);
    return { name: `${month(last)} ${name}`, term: "growth", unit: "%", value, show };
  };
  return [row("к месяцу раньше", "month"), row("к прошлому году", "year")];
}

const peak = (name, term, field) => ({ name, term, value: ({ answer }) => answer.peaks?.[field].flights ?? null, show: ({ answer }) => number(answer.peaks?.[field].flights) });
const TIMES = [
  { name: "Средняя длительность", term: "mean", unit: "мин", value: ({ answer }) => answer.actual.mean_minutes, show: ({ answer }) => duration(answer.actual.mean_minutes) },
  { name: "Медиана длительности", term: "mean", unit: "мин", value: ({ answer }) => answer.actual.median_minutes, show: ({ answer }) => duration(answer.actual.median_minutes) },
  { name: "Налёт", term: "minutes", unit: "мин", value: ({ answer }) => answer.actual.total_minutes, show: ({ answer }) => hours(answer.actual.total_minutes) },
  part("Ночью, 00–06 местного", "local", ({ answer }) => answer.day_parts.find((each) => each.part === "night").share_percent, ({ answer }) => answer.day_parts.reduce((sum, { count }) => sum + count, 0)),
  peak("Пик за час", "peak-hour", "hour"),
  peak("Пик за 60 минут", "peak-sliding", "sliding_hour"),
  peak("Одновременно в воздухе", "peak-airborne", "airborne"),
];

const quality = (name, field) => part(name, null, (region) => region.quality[field].share_percent, (region) => region.quality.flights);
const QUALITY = [
  quality("Есть вылет (DEP)", "with_dep"), quality("Есть посадка (ARR)", "with_arr"), quality("Известна длительность", "with_duration"),
  quality("У границы региона", "near_border"),
];

function types(regions) {
  const flights = (kind) => regions.reduce((sum, { answer }) => sum + (answer.types.find((each) => each.uav_type === kind)?.flights ?? 0), 0);
  const first = ({ answer }) => answer.types.filter(({ uav_type: kind }) => kind !== "other").slice(0, TYPES).map((each) => each.uav_type);
  const kinds = [...new Set(regions.flatMap(first))].sort((one, other) => flights(other) - flights(one));
  return kinds.map((kind) => {
    const found = ({ answer }) => answer.types.find((each) => each.uav_type === kind);
    // A rare type may be among the others of a region, where nothing is known of it alone.
    const none = ({ answer }) => (answer.types.some((each) => each.uav_type === "other") ? null : 0);
    const value = (region) => (found(region) ? found(region).flights : none(region));
    const written = (region) => {
      if (!found(region)) return number(none(region));
      const of = share(found(region).share_percent, region.answer.totals.flights);
      return of === DASH ? number(value(region)) : `${number(value(region))} (${of})`;
    };
    return { name: typeName(kind), value, show: written };
  });
}

function dynamics(set, period, regions) {
  const names = regions.map(({ name }) => name);
  const drawn = ownChart("month-lines", `Полёты по месяцам: ${names.join(", ")}`, (size) => monthLines(regions, set, size), 340);
  drawn.append(pictures(drawn, null, () => `Полёты по месяцам ${period.first} - ${period.last}`));
  const rows = regions[0].answer.months.map((each, index) => [
    monthTitle(each), ...regions.map(({ answer }) => monthFlights(answer.months[index])),
  ]);
  return card("По месяцам", { note: "Ось от нуля, одна для всех. Пустой знак без линии: месяц, который данные держат не весь; нет знака: о месяце нет данных." }, drawn, numbers("Полёты регионов по месяцам", ["Месяц", ...names], rows));
}

frame();
filterBar({ region: false });
const offer = regionChoice();
await page({ read, draw, heights: [420, 400] });
