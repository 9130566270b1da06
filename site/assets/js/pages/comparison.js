// Comparison: two periods side by side, and what each region adds to the change.
import { change, COUNTING, filters, link, parameters, query } from "../address.js";
import { get } from "../api.js";
import { card, choice, el, icon } from "../dom.js";
import { csv, save } from "../downloads.js";
import { countedBy, keys, periodText } from "../figures.js";
import { filterBar } from "../filters.js";
import { counted, date, growth, NO_DATA, number } from "../format.js";
import { frame, lead, page } from "../shell.js";
import { sortable } from "../table.js";

const AGAINST = [["previous", "С периодом раньше"], ["year", "С прошлым годом"]];
const signed = (value, digits = 0) => (value === null ? "—" : `${value > 0 ? "+" : value < 0 ? "−" : ""}${number(Math.abs(value), digits)}`);
const COLUMNS = [
  { key: "name", title: "Регион", head: true, value: (item) => item.name ?? "Без региона", show: (item) => (item.code ? el("a", { href: link("/region", { code: item.code }, COUNTING) }, item.name) : "Без региона") },
  { key: "before", title: "Было", number: true, value: (item) => item.before, show: (item) => number(item.before) },
  { key: "flights", title: "Стало", number: true, value: (item) => item.flights, show: (item) => number(item.flights) },
  { key: "change", title: "Изменение", number: true, value: (item) => item.change, show: (item) => signed(item.change) },
  { key: "percent", title: "Рост", number: true, value: (item) => item.change_percent, show: (item) => growth(item.change_percent, item.flights) },
  { key: "daily", title: "Рост в сутки", note: "Рост среднего за сутки, по дням, о которых есть данные", number: true, value: (item) => item.change_daily_percent, show: (item) => growth(item.change_daily_percent, item.flights) },
  { key: "points", title: "Вклад, п. п.", note: "Сколько процентных пунктов регион прибавляет к росту всего числа полётов", number: true, value: (item) => item.points, show: (item) => signed(item.points, 2) },
];

async function read() {
  const set = filters(COUNTING);
  return { answer: await get(`/api/stats/comparison${query({ ...set, against: parameters().get("against") })}`) };
}

function draw({ answer }) {
  if (!answer.now) return null;
  const against = choice("against", "С чем сравнить", AGAINST, answer.against, (value) => change({ against: value === "previous" ? "" : value }));
  lead(`${periodText(answer.now)} к ${days(answer.before)}${countedBy(answer)}`);
  const table = sortable("Изменение по регионам", COLUMNS, answer.items, { single: true, beside: "change" });
  return [
    el("div", { class: "wide-tools" }, against),
    keys(shown(answer)),
    card("Кто изменил итог", { tools: [file(answer)], size: "dense", note: "Сначала самые большие изменения. Вклады складываются в рост всего числа полётов." }, ...warning(answer), table.element),
  ];
}

const days = (period) => `${date(period.first)} – ${date(period.last)}`;

const flights = (period) => (period.flights === null ? NO_DATA : number(period.flights));
const known = (answer) => answer.now.flights !== null && answer.before.flights !== null;
const whole = (answer) => !answer.now.days_without_data && !answer.before.days_without_data;

const shown = (answer) => [
  { id: "now", name: "Стало", value: flights(answer.now), note: `в сутки ${number(answer.now.mean_a_day, 1)}` },
  { id: "before", name: "Было", value: flights(answer.before), note: `в сутки ${number(answer.before.mean_a_day, 1)}` },
  { id: "change", name: "Изменение", value: signed(answer.change), note: growth(answer.change_percent, answer.now.flights, whole(answer)) },
  { id: "change-daily", name: "Рост в сутки", value: growth(answer.change_daily_percent, answer.now.flights, known(answer)), note: "по дням, о которых есть данные" },
];

function warning(answer) {
  const silent = [answer.now, answer.before].filter((period) => period.days_without_data > 0);
  if (!silent.length) return [];
  const text = silent.map((period) => `${days(period)}: нет данных о ${counted(period.days_without_data, "дне", "днях", "днях")} из ${number(period.days)}`).join("; ");
  return [el("p", { class: "notice", role: "status" }, `Суммы не сравниваются: присланное не целиком не значит меньше. ${text}. Сравнивайте рост в сутки.`)];
}

function file(answer) {
  const button = el("button", { class: "button small-button", type: "button" }, icon("down"), "CSV");
  button.addEventListener("click", () => {
    const rows = answer.items.map((item) => [item.code ?? "", ...COLUMNS.map((column) => column.value(item))]);
    save(csv(["Код", ...COLUMNS.map((column) => ({ percent: "Рост, %", daily: "Рост в сутки, %" }[column.key] ?? column.title))], rows), `Сравнение ${answer.now.first} - ${answer.now.last}.csv`);
  });
  return el("div", { class: "downloads" }, button);
}

frame();
filterBar({ region: false });
await page({ read, draw, heights: [104, 640], filtered: () => Object.keys(filters(COUNTING)).length > 0 });
