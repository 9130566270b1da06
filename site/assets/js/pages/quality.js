// Data quality: how complete flights are, and what of the workbooks was not read.
import { filters, query } from "../address.js";
import { get } from "../api.js";
import { card, el } from "../dom.js";
import { filterBar } from "../filters.js";
import { counted, number, percent } from "../format.js";
import { keys, periodText } from "../keys.js";
import { frame, lead, page } from "../shell.js";
import { bars, sortable } from "../table.js";

async function read() {
  const [told, codes] = await Promise.all([get(`/api/stats/quality${query(filters())}`), get("/assets/vendor/codes.json").catch(() => ({}))]);
  return { told, codes };
}

function draw({ told, codes }) {
  if (!told.period && !told.undated && !told.rows?.workbooks) return null;
  lead(`${periodText(told.period)}, ${told.region ? told.region.name : "вся страна"}`);
  return [keys(shown(told)), completeness(told), placing(told), rejects(told, codes)];
}

const shown = (told) => [
  { id: "flights", name: "Полёты", value: number(told.flights), note: `отменено ${number(told.cancelled)}` },
  { id: "with-dep", name: "Известен вылет", value: percent(told.with_dep.share_percent), note: number(told.with_dep.count) },
  { id: "with-arr", name: "Известна посадка", value: percent(told.with_arr.share_percent), note: number(told.with_arr.count) },
  { id: "outside", name: "Вне границ регионов", value: percent(told.outside.share_percent, 2), note: number(told.outside.count) },
  told.rows && { id: "rejected", name: "Непрочитанные строки", value: number(told.rows.rejected.count), note: `${percent(told.rows.rejected.share_percent, 2)} из ${number(told.rows.read)}` },
];

const row = (name, share) => ({ name, count: share.count, texts: [number(share.count), percent(share.share_percent, 2)] });

const completeness = (told) => card("Полнота", { size: "half", note: "Доли от всех полётов периода." }, bars("Полнота", ["Что известно", "Полёты", "Доля"], [
  row("Фактический вылет (DEP)", told.with_dep), row("Фактическая посадка (ARR)", told.with_arr), row("Длительность", told.with_duration),
], { full: Math.max(1, told.flights) }));

function placing(told) {
  const table = bars("Привязка к регионам", ["Место", "Полёты", "Доля"], [
    row("У границы: вне регионов, не дальше 5 км", told.near_border), row("Вне регионов: за границей или дальше 5 км", told.outside), row("Точка неизвестна", told.unplaced),
  ], { full: Math.max(1, told.flights) });
  const undated = el("p", { class: "small soft" }, `Без даты: ${counted(told.undated, "полёт", "полёта", "полётов")}; они не входят ни в один период.`);
  return card("Привязка к регионам", { size: "half", note: "Остальные полёты лежат внутри границ." }, table, undated);
}

function rejects(told, codes) {
  if (!told.rows) {
    return card("Непрочитанные строки", {}, el("p", { class: "notice" }, "У непрочитанной строки нет ни региона, ни типа. Снимите эти фильтры, чтобы увидеть их число."));
  }
  const { workbooks, read, repeated, rejected } = told.rows;
  const sums = el("p", { class: "soft" }, `Книг за период: ${number(workbooks)}, строк: ${number(read)}, повторов: ${number(repeated)}, не прочитано: ${number(rejected.count)}.`);
  if (!told.rejects.length) return card("Непрочитанные строки", {}, sums, el("p", { class: "notice" }, "Прочитаны все строки."));
  const columns = [
    { key: "code", title: "Код", head: true, value: (item) => item.code, show: (item) => el("code", { class: "small" }, item.code) },
    { key: "meaning", title: "Что это значит", show: (item) => codes[item.code]?.explanation ?? "" },
    { key: "mend", title: "Как исправить", show: (item) => codes[item.code]?.mend ?? "" },
    { key: "rows", title: "Строк", number: true, value: (item) => item.rows, show: (item) => number(item.rows) },
  ];
  return card("Непрочитанные строки", {}, sums, sortable("Непрочитанные строки по кодам", columns, told.rejects, { sort: "-rows" }).element,
    el("p", { class: "small soft" }, "Сами строки — в файле с ошибками каждой книги, на странице ", el("a", { href: "/upload" }, "загрузки"), "."));
}

frame();
filterBar();
await page({ read, draw, heights: [104, 240, 240] });
