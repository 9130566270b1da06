// Key figures side by side.
import { el } from "./dom.js";
import { date, duration, growth, hours, month, momentUtc, number } from "./format.js";

/** Make the row: each figure has a name, a value and maybe a note. */
export function keys(figures) {
  return el("dl", { class: "keys" }, figures.filter(Boolean).map(({ id, name, value, note }) =>
    el("div", { class: "key", "data-key": id }, el("dt", {}, name),
      el("dd", {}, el("div", { class: "value" }, value), note && el("div", { class: "note" }, note)))));
}

/** The figures that overview and region have in common. */
export function figures(told) {
  const { totals, actual, plan, spread, peaks, growth: grown } = told;
  return [
    { id: "flights", name: "Полёты", value: number(totals.flights), note: `аппаратов ${number(totals.aircraft)}` },
    { id: "flown", name: "Состоявшиеся", value: number(totals.flown), note: `только план ${number(totals.planned)}, отменено ${number(totals.cancelled)}` },
    { id: "mean", name: "Средняя длительность", value: duration(actual.mean_minutes), note: `медиана ${duration(actual.median_minutes)}, по плану ${duration(plan.mean_minutes)}` },
    { id: "minutes", name: "Налёт", value: hours(actual.total_minutes), note: `длительность известна у ${number(actual.flights)}` },
    { id: "daily", name: "Полётов в сутки", value: number(spread.mean, 1), note: `медиана ${number(spread.median, 1)}, от ${number(spread.least)} до ${number(spread.most)}` },
    { id: "zero", name: "Дней без полётов", value: number(spread.zero_days), note: zeroNote(spread) },
    peaks && { id: "peak-hour", name: "Пик за час", value: number(peaks.hour.flights), note: momentUtc(peaks.hour.at) },
    peaks && { id: "peak-sliding", name: "Пик за 60 минут", value: number(peaks.sliding_hour.flights), note: momentUtc(peaks.sliding_hour.at) },
    peaks && { id: "peak-airborne", name: "Одновременно в воздухе", value: number(peaks.airborne.flights), note: momentUtc(peaks.airborne.at) },
    grown && { id: "growth", name: "К прошлому месяцу", value: growth(grown.to_month_before_percent), note: `${month(grown.month)}, в сутки ${growth(grown.to_month_before_daily_percent)}; за год ${growth(grown.to_year_before_percent)}, в сутки ${growth(grown.to_year_before_daily_percent)}` },
  ].filter(Boolean);
}

/** Of how many days, and of how many nothing is known. */
export const zeroNote = (spread) => `из ${number(spread.days)}${spread.days_without_data ? `, нет данных о ${number(spread.days_without_data)}` : ""}`;

const CLOCKS = { moscow: "сутки московские", local: "сутки местные", utc: "сутки UTC" };
/** Whose days are counted, and of which flights, in words. */
export const countedBy = (told) => `, ${CLOCKS[told.days_by]}${told.state === "flown" ? ", только состоявшиеся" : ""}`;

/** The period counted, in words. */
export const periodText = (period) => (period ? `${date(period.first)} – ${date(period.last)}` : "данных нет");
