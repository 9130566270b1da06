// Outlook: the next three months with a band and the error of the past, and days unlike the others.
import { filters, link, query } from "../address.js";
import { get } from "../api.js";
import { chart } from "../charts.js";
import { card, el } from "../dom.js";
import { countedBy, keys, periodText } from "../figures.js";
import { filterBar } from "../filters.js";
import { counted, date, month, number, percent } from "../format.js";
import { frame, lead, page } from "../shell.js";
import { bars, sortable } from "../table.js";

const WEEKDAYS = ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"];

async function read() {
  const set = filters();
  const { from, to, ...whole } = set;
  const [ahead, odd] = await Promise.all([get(`/api/stats/forecast${query(whole)}`), get(`/api/stats/anomalies${query(set)}`)]);
  return { ahead, odd };
}

function draw({ ahead, odd }) {
  if (!odd.period) return null;
  lead(`${odd.region ? odd.region.name : "Вся страна"}, ${periodText(odd.period)}${countedBy(odd)}`);
  return [keys(shown(ahead)), forecast(ahead), days(odd), ...regions(odd)];
}

const shown = (answer) => answer.months.map((each, index) => ({
  id: `month-${index + 1}`, name: month(each.month), value: number(each.flights), note: `от ${number(each.low)} до ${number(each.high)}`,
}));

function forecast(answer) {
  if (!answer.method) return card("Прогноз на три месяца", {}, el("p", { class: "notice" }, `${answer.method_title}. Сейчас целых месяцев подряд: ${number(answer.history.length)}.`));
  const { back_test: test } = answer;
  const past = answer.history.slice(-12).map((each) => ({ name: month(each.month), count: each.flights, texts: [number(each.flights), ""] }));
  const ahead = answer.months.map((each) => ({ name: `${month(each.month)}, прогноз`, count: each.flights, texts: [number(each.flights), `${number(each.low)} – ${number(each.high)}`] }));
  const full = Math.max(1, ...[...past, ...ahead].map((each) => each.count));
  const how = `Способ: ${answer.method_title.toLowerCase()}. В границы попадают ${answer.band_percent} случаев из 100, если ошибки останутся прежними.`;
  const checked = `Проверка на прошлом: ${counted(test.forecasts, "прогноз", "прогноза", "прогнозов")} из ${counted(test.origins, "месяца", "месяцев", "месяцев")}, средняя ошибка ${percent(test.mape_percent)}${
    test.mase === null ? "" : `, ${number(test.mase, 2)} от ошибки простого повторения`}.`;
  const left = answer.left_out.length ? [el("p", { class: "small soft" }, `Не вошли месяцы с неполными данными и те, что раньше них: ${answer.left_out.map(month).join(", ")}.`)] : [];
  const { from, to, ...whole } = filters();
  const numbers = el("details", {}, el("summary", {}, "Числа по месяцам"), bars("Полёты по месяцам и прогноз", ["Месяц", "Полёты", "Границы"], [...past, ...ahead], { full }));
  return card("Прогноз на три месяца", { note: how }, chart("forecast", "Полёты по месяцам и прогноз с границами", whole, 280), numbers, el("p", { class: "small soft" }, checked), ...left);
}

const columns = (named) => [
  { key: "day", title: "День", head: true, value: (item) => item.day, show: (item) => el("a", { href: link("/flights", { from: item.day, to: item.day, ...(named ? { region: item.code } : {}) }) }, `${date(item.day)}, ${WEEKDAYS[item.weekday - 1]}`) },
  ...(named ? [{ key: "name", title: "Регион", value: (item) => item.name, show: (item) => item.name }] : []),
  { key: "flights", title: "Полёты", number: true, value: (item) => item.flights, show: (item) => number(item.flights) },
  { key: "side", title: "К обычному", value: (item) => item.side, show: (item) => (item.side === "more" ? "больше" : "меньше") },
  { key: "median", title: "Обычно", note: "Медиана того же дня недели за восемь недель до этого", number: true, value: (item) => item.median, show: (item) => number(item.median, item.median % 1 ? 1 : 0) },
  { key: "low", title: "От", number: true, value: (item) => item.low, show: (item) => number(item.low, 1) },
  { key: "high", title: "До", number: true, value: (item) => item.high, show: (item) => number(item.high, 1) },
];

function days(answer) {
  const note = `Дальше ${number(answer.k)} медианных отклонений от медианы того же дня недели за ${counted(answer.weeks, "неделю", "недели", "недель")} до него. Оценено дней: ${number(answer.judged_days)}, без данных или без прошлого: ${number(answer.unjudged_days)}.`;
  const body = answer.days.length ? sortable("Необычные дни", columns(false), answer.days, { sort: "-day" }).element : el("p", { class: "notice" }, "Необычных дней нет.");
  return card("Необычные дни", { note }, body);
}

function regions(answer) {
  if (!answer.regions_from) return [];
  const body = answer.regions.length ? sortable("Необычные дни регионов", columns(true), answer.regions, { sort: "-day" }).element : el("p", { class: "notice" }, "Необычных дней нет.");
  return [card("Необычные дни регионов", { note: `С ${date(answer.regions_from)}.` }, body)];
}

frame();
filterBar();
await page({ read, draw, heights: [104, 320, 320] });
