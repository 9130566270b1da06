// Data quality: how complete flights are, and what of the workbooks was not read.
import { COUNTING, filters, link, query } from "../address.js";
import { get } from "../api.js";
import { card, el } from "../dom.js";
import { countedBy, keys, periodText } from "../figures.js";
import { filterBar } from "../filters.js";
import { counted, number, percent, share } from "../format.js";
import { frame, lead, page } from "../shell.js";
import { bars, sortable } from "../table.js";

async function read() {
  const [answer, doubts, codes] = await Promise.all([get(`/api/stats/quality${query(filters())}`), get(`/api/stats/problems${query(filters())}`), get("/assets/vendor/codes.json").catch(() => ({}))]);
  return { answer, doubts, codes };
}

function draw({ answer, doubts, codes }) {
  if (!answer.period && !answer.undated && !answer.rows?.workbooks) return null;
  lead(`${periodText(answer.period)}, ${answer.region ? answer.region.name : "вся страна"}${countedBy(answer)}`);
  return [keys(shown(answer)), completeness(answer), placing(answer), problems(doubts), ...places(doubts), rejects(answer, codes)];
}

const shown = (answer) => [
  { id: "flights", name: "Полёты", value: number(answer.flights), note: `отменено ${number(answer.cancelled)}` },
  { id: "with-dep", name: "Известен вылет", value: percent(answer.with_dep.share_percent), note: number(answer.with_dep.count) },
  { id: "with-arr", name: "Известна посадка", value: percent(answer.with_arr.share_percent), note: number(answer.with_arr.count) },
  { id: "outside", name: "Вне границ регионов", href: answer.outside.count > 0 && link("/flights", { match: "outside" }), value: percent(answer.outside.share_percent, 2), note: number(answer.outside.count) },
  answer.rows && { id: "rejected", name: "Непрочитанные строки", value: number(answer.rows.rejected.count), note: `${percent(answer.rows.rejected.share_percent, 2)} из ${number(answer.rows.read)}` },
];

const row = (name, share) => ({ name, count: share.count, texts: [number(share.count), percent(share.share_percent, 2)] });

const completeness = (answer) => card("Полнота", { size: "half", note: "Доли от всех полётов периода." }, bars("Полнота", ["Что известно", "Полёты", "Доля"], [
  row("Фактический вылет (DEP)", answer.with_dep), row("Фактическая посадка (ARR)", answer.with_arr), row("Длительность", answer.with_duration),
], { full: Math.max(1, answer.flights) }));

function placing(answer) {
  const table = bars("Привязка к регионам", ["Место", "Полёты", "Доля"], [
    row("У границы: вне регионов, не дальше 5 км", answer.near_border), row("Вне регионов: за границей или дальше 5 км", answer.outside), row("Точка неизвестна", answer.unplaced),
  ], { full: Math.max(1, answer.flights) });
  const undated = el("p", { class: answer.undated ? "notice warn" : "small soft" }, `Без даты: ${counted(answer.undated, "полёт", "полёта", "полётов")}; они не входят ни в один период. `,
    answer.undated > 0 && el("a", { href: link("/flights", { undated: "true" }) }, "Показать их"));
  return card("Привязка к регионам", { size: "half", note: "Остальные полёты лежат внутри границ." }, table, undated);
}

const KINDS = { loss: ["значение потеряно", "bad"], doubt: ["под сомнением", "warn"], repair: ["исправлено при чтении", ""] };
const ORDER = Object.keys(KINDS);

/** Every code that flights of the period carry, the gravest kind first, each with its remedy and its flights. */
function problems(doubts) {
  const note = "Полёт загружен и сосчитан, но с замечанием; сначала потери, затем сомнения, затем исправленное.";
  if (!doubts.problems.length) return card("Замечания к полётам", { note }, el("p", { class: "notice" }, "Замечаний к полётам периода нет."));
  const flights = (item) => [
    item.flights > 0 && el("a", { href: link("/flights", { problem: item.code }) }, number(item.flights)),
    item.undated > 0 && el("div", { class: "small" }, el("a", { href: link("/flights", { problem: item.code, undated: "true" }) }, `без даты ${number(item.undated)}`)),
  ];
  const columns = [
    { key: "kind", title: "Вид", value: (item) => ORDER.indexOf(item.kind), show: (item) => el("span", { class: `badge ${KINDS[item.kind]?.[1] ?? ""}` }, KINDS[item.kind]?.[0] ?? "прежний код") },
    { key: "meaning", title: "Что это значит", head: true, show: (item) => el("span", { title: item.code }, item.explanation) },
    { key: "mend", title: "Как исправить", show: (item) => item.mend },
    { key: "flights", title: "Полётов", number: true, value: (item) => item.flights + item.undated, show: (item) => el("div", {}, flights(item)) },
  ];
  const sorted = [...doubts.problems].sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) || other.flights - one.flights);
  return card("Замечания к полётам", { note }, sortable("Замечания к полётам", columns, sorted).element);
}

/** Where doubts and losses come from: regions and centres with most of them. */
function places(doubts) {
  const rows = (items, name, href) => items.filter((item) => item.doubtful > 0).slice(0, 10).map((item) => ({
    name: name(item), href: href(item), count: item.doubtful, texts: [number(item.doubtful), share((100 * item.doubtful) / item.flights, item.flights)],
  }));
  const heads = (title) => [title, "С сомнением", "Доля"];
  return [
    card("Сомнения и потери по регионам", { size: "half" }, bars("Сомнения по регионам", heads("Регион"), rows(doubts.regions, (item) => item.name ?? "Без региона", (item) => item.code && link("/region", { code: item.code }, COUNTING)), { stacked: true })),
    card("Сомнения и потери по центрам", { size: "half" }, bars("Сомнения по центрам", heads("Центр"), rows(doubts.centres, (item) => item.centre ?? "Не указан", (item) => item.centre && link("/flights", { centre: item.centre })), { stacked: true })),
  ];
}

function rejects(answer, codes) {
  if (!answer.rows) {
    return card("Непрочитанные строки", {}, el("p", { class: "notice" }, "У непрочитанной строки нет ни региона, ни типа. Снимите эти фильтры, чтобы увидеть их число."));
  }
  const { workbooks, read, repeated, rejected } = answer.rows;
  const sums = el("p", { class: "soft" }, `Книг за период: ${number(workbooks)}, строк: ${number(read)}, повторов: ${number(repeated)}, не прочитано: ${number(rejected.count)}.`);
  if (!answer.rejects.length) return card("Непрочитанные строки", {}, sums, el("p", { class: "notice" }, "Прочитаны все строки."));
  const columns = [
    { key: "code", title: "Код", head: true, value: (item) => item.code, show: (item) => el("code", { class: "small" }, item.code) },
    { key: "meaning", title: "Что это значит", show: (item) => codes[item.code]?.explanation ?? "" },
    { key: "mend", title: "Как исправить", show: (item) => codes[item.code]?.mend ?? "" },
    { key: "rows", title: "Строк", number: true, value: (item) => item.rows, show: (item) => number(item.rows) },
  ];
  return card("Непрочитанные строки", {}, sums, sortable("Непрочитанные строки по кодам", columns, answer.rejects, { sort: "-rows" }).element,
    el("p", { class: "small soft" }, "Сами строки — в файле с ошибками каждой книги, на странице ", el("a", { href: "/upload" }, "загрузки"), "."));
}

frame();
filterBar();
await page({ read, draw, heights: [104, 240, 240] });
