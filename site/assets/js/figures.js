// Figures that pages have in common: key figures with what each is, their change against another period, rows of months,
// hours, weekdays and federal districts.
import { link, parameters, query } from "./address.js";
import { get } from "./api.js";
import { el } from "./dom.js";
import { DASH, date, duration, FEW, growth, hours, momentBy, month, NO_DATA, number, share } from "./format.js";
import { before, spanName, yearBefore } from "./periods.js";
import { bars } from "./table.js";

/** Make the row: each figure has a name, a value and maybe a note; behind the name stands what it is. */
export function keys(figures, size = "") {
  return el("dl", { class: `keys ${size}`.trim() }, figures.filter(Boolean).map(({ id, name, value, note, change, href, term = id }) =>
    el("div", { class: "key", "data-key": id }, el("dt", {}, name, definition(term, name)),
      el("dd", {}, el("div", { class: "value" }, href ? el("a", { href }, value) : value), change && el("div", { class: "change" }, change), note && el("div", { class: "note" }, note)))));
}

/** The figures that overview and region have in common; `earlier` is the answer for another period. */
export function figures(answer, earlier = null) {
  const other = earlier?.totals ? earlier : null;
  const { totals, actual, plan, spread, peaks, growth: grown, days_by: clock } = answer;
  const against = (now, then, write = number) => (other && now !== null && then !== null ? changed(now, then, write, totals.flights, other.totals.flights) : null);
  const peak = (id, name, { flights: count, at }, then, minutes, extra = {}) => ({
    id, name, value: number(count), note: momentBy(at, clock), change: against(count, then?.flights ?? null),
    href: at && around(answer, at, minutes, extra),
  });
  return [
    { id: "flights", name: "Полёты", value: number(totals.flights), note: `аппаратов в них ${number(totals.aircraft)}`, change: against(totals.flights, other?.totals.flights), href: flightsOf(answer) },
    { id: "flown", name: "Состоявшиеся", value: number(totals.flown), note: `только план ${number(totals.planned)}; сверх того отменено ${number(totals.cancelled)}`, change: against(totals.flown, other?.totals.flown) },
    { id: "mean", name: "Средняя длительность", value: duration(actual.mean_minutes), note: `медиана ${duration(actual.median_minutes)}, по плану ${duration(plan.mean_minutes)}`, change: against(actual.mean_minutes, other?.actual.mean_minutes, duration) },
    { id: "minutes", name: "Налёт", value: hours(actual.total_minutes), note: `длительность известна у ${number(actual.flights)}`, change: against(actual.total_minutes, other?.actual.total_minutes, hours) },
    { id: "daily", name: "Полётов в сутки", value: number(spread.mean, spread.mean < 1 ? 2 : 1), note: `медиана ${number(spread.median, 1)}, от ${number(spread.least)} до ${number(spread.most)}`, change: against(spread.mean, other?.spread.mean, (value) => number(value, 1)) },
    { id: "zero", name: "Дней без полётов", value: number(spread.zero_days), note: zeroNote(spread) },
    peaks && peak("peak-hour", "Пик за час", peaks.hour, other?.peaks?.hour, 60),
    peaks && peak("peak-sliding", "Пик за 60 минут", peaks.sliding_hour, other?.peaks?.sliding_hour, 60),
    peaks && peak("peak-airborne", "Одновременно в воздухе", peaks.airborne, other?.peaks?.airborne, 0, { airborne: true }),
    grown && { id: "growth", name: `${month(grown.month)} к месяцу раньше`, value: growth(grown.to_month_before_percent, grown.flights, grown.month_before_has_data), note: growthNote(grown) },
  ].filter(Boolean);
}

/** How a number changed against that of another period: in percent, or both numbers where they are few. */
function changed(now, then, write, flights, others) {
  if (then === 0 || Math.min(flights, others) < FEW) return `было ${write(then)}`;
  return `${growth((100 * (now - then)) / then)} (было ${write(then)})`;
}

const growthNote = (grown) => {
  const few = growth(grown.to_month_before_percent, grown.flights) === DASH && grown.to_month_before_percent !== null;
  if (few) return `полётов ${number(grown.flights)}: для процента их мало`;
  return `полётов ${number(grown.flights)}, в сутки ${growth(grown.to_month_before_daily_percent)}; за год ${growth(grown.to_year_before_percent, grown.flights, grown.year_before_has_data)}`;
};

/** The list of the flights that an answer counts. */
export const flightsOf = (answer, extra = {}) => link("/flights", { region: answer.region?.code ?? "", ...extra });

/** The list of the flights that took off within so many minutes of an instant, or were in the air at it; the period stays in the address. */
export function around(answer, at, minutes, { airborne = false } = {}) {
  const until = new Date(new Date(at).getTime() + 60000 * minutes).toISOString().replace(".000", "");
  const since = new Date(at).toISOString().replace(".000", "");
  return flightsOf(answer, airborne ? { airborne: since } : { since, until });
}

/** Of how many days, and of how many nothing is known. */
export const zeroNote = (spread) => `из ${number(spread.days)}${spread.days_without_data ? `, нет данных о ${number(spread.days_without_data)}` : ""}`;

const CLOCKS = { moscow: "сутки московские", local: "сутки местные", utc: "сутки UTC" };
/** Whose days are counted, and of which flights, in words. */
export const countedBy = (answer) => `, ${CLOCKS[answer.days_by]}${answer.state === "flown" ? ", только состоявшиеся" : ""}`;

/** The period counted, in words. */
export function periodText(period) {
  if (!period) return "данных нет";
  const name = spanName(period);
  return `${name ? `${name}, ` : ""}${date(period.first)} – ${date(period.last)}`;
}

const OTHER = { before, year: yearBefore };

/** Ask for the period to compare with; null where none is asked for, or nothing is known of it whole. */
export async function compared(set, answer, path = "/api/stats/overview") {
  const other = OTHER[parameters().get("compare")];
  if (!other || !answer.period) return null;
  const period = set.from && set.to ? { first: set.from, last: set.to } : answer.period;
  const { first, last } = other(period);
  const earlier = await get(`${path}${query({ ...set, from: first, to: last })}`);
  // Where the data do not hold the whole of it, a change would be that of the data and not of the flights.
  const whole = earlier.period && earlier.period.first === first && earlier.period.last === last;
  return whole && earlier.spread.days_without_data < earlier.spread.days ? earlier : { lacking: { first, last } };
}

/** Say what is compared with. */
export function comparedText(other) {
  if (!other) return "";
  if (other.lacking) return `; сравнить не с чем: о периоде ${periodText(other.lacking)} есть не все данные`;
  const { days, days_without_data: silent } = other.spread;
  return `; изменения к периоду ${periodText(other.period)}${silent ? `, в котором нет данных о ${number(silent)} из ${number(days)} дней` : ""}`;
}

export const MONTH_HEADS = ["Месяц", "Полёты", "В сутки", "К прошлому месяцу", "то же в сутки", "К прошлому году", "то же в сутки"];

/** The name of a month; of one that the data hold in part it is said so. */
export const monthTitle = (each) => month(each.month) + (each.complete || !each.days_with_data ? "" : " (не весь)");
/** The flights of a month; none are told of one without data. */
export const monthFlights = (each) => (each.days_with_data ? number(each.flights) : NO_DATA);

/** Write the months as rows of a table. */
export const monthRows = (months) => months.map((each) => {
  const grown = (to, percent) => growth(each[percent], each.flights, !each.days_with_data || each[`${to}_before_has_data`]);
  return [
    monthTitle(each), monthFlights(each), number(each.mean_a_day, 1),
    grown("month", "growth_month_percent"), grown("month", "growth_month_daily_percent"), grown("year", "growth_year_percent"), grown("year", "growth_year_daily_percent"),
  ];
});

const clock = (hour) => `${String(hour).padStart(2, "0")}:00`;

export const hourRows = (hours) => hours.map((flights, hour) => [clock(hour), number(flights)]);
export const weekRows = (week) => Array.from({ length: 24 }, (_, hour) => [clock(hour), ...week.map((day) => number(day[hour]))]);

/** A word with a capital letter. */
export const capital = (text) => text[0].toLocaleUpperCase("ru") + text.slice(1);

function shares(items) {
  const total = items.reduce((sum, { count }) => sum + count, 0);
  return items.map(({ title, count, share_percent: part }) => ({ name: capital(title), count, texts: [number(count), share(part, total)] }));
}

export const weekdays = (items) => bars("Полёты по дням недели", ["День", "Полёты", "Доля"], shares(items), { stacked: true });
export const parts = (items) => bars("Полёты по частям суток", ["Часть суток", "Полёты", "Доля"], shares(items), { stacked: true });

/** One row a district, the busiest first; regions of no known district are left out. */
export function districtRows(items) {
  const sums = new Map();
  for (const { district, flights } of items) {
    if (district) sums.set(district, (sums.get(district) ?? 0) + flights);
  }
  return [...sums].map(([name, count]) => ({ name, count })).sort((one, other) => other.count - one.count);
}

let terms;
/** Ask once for all definitions. */
const definitions = () => (terms ??= get("/assets/vendor/definitions.json").catch(() => ({})));

/** A button that opens what a number is; there is none where no definition has its key. */
export function definition(key, name) {
  const box = el("span", { class: "term" });
  definitions().then((all) => {
    if (!all[key]) return;
    const text = el("span", { class: "term-text", role: "note", hidden: true }, all[key].text);
    const button = el("button", { type: "button", class: "term-button", "aria-expanded": "false", "aria-label": `Что такое «${name}»` }, "?");
    const open = (shown) => {
      text.hidden = !shown;
      button.setAttribute("aria-expanded", String(shown));
    };
    button.addEventListener("click", () => open(text.hidden));
    box.addEventListener("keydown", (event) => event.key === "Escape" && open(false));
    box.append(button, text);
  });
  return box;
}
