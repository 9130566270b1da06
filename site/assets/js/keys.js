// Key figures side by side.
import { el } from "./dom.js";
import { DASH, date, duration, FEW, growth, hours, month, momentBy, number } from "./format.js";
import { link } from "./address.js";
import { spanName } from "./periods.js";
import { explained } from "./terms.js";

/** Make the row: each figure has a name, a value and maybe a note; behind the name stands what it is. */
export function keys(figures, size = "") {
  return el("dl", { class: `keys ${size}`.trim() }, figures.filter(Boolean).map(({ id, name, value, note, change, href, term = id }) =>
    el("div", { class: "key", "data-key": id }, el("dt", {}, name, explained(term, name)),
      el("dd", {}, el("div", { class: "value" }, href ? el("a", { href }, value) : value), change && el("div", { class: "change" }, change), note && el("div", { class: "note" }, note)))));
}

/** The figures that overview and region have in common; `compared` is the answer for another period. */
export function figures(answer, compared = null) {
  const other = compared?.totals ? compared : null;
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
    grown && { id: "growth", name: `${month(grown.month)} к месяцу раньше`, value: growth(grown.to_month_before_percent, grown.flights), note: growthNote(grown) },
  ].filter(Boolean);
}

/** How a number changed against that of another period: in percent, or both numbers where they are few. */
export function changed(now, then, write, flights, others) {
  if (then === 0 || Math.min(flights, others) < FEW) return `было ${write(then)}`;
  return `${growth((100 * (now - then)) / then)} (было ${write(then)})`;
}

const growthNote = (grown) => {
  const few = growth(grown.to_month_before_percent, grown.flights) === DASH && grown.to_month_before_percent !== null;
  if (few) return `полётов ${number(grown.flights)}: для процента их мало`;
  return `полётов ${number(grown.flights)}, в сутки ${growth(grown.to_month_before_daily_percent)}; за год ${growth(grown.to_year_before_percent, grown.flights)}`;
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
