// Months with their growth: of the sum, and of the mean of a day, which the length of months does not move.
import { growth, month, number } from "./format.js";

export const MONTH_HEADS = ["Месяц", "Полёты", "В сутки", "К прошлому месяцу", "то же в сутки", "К прошлому году", "то же в сутки"];

/** Write the months as rows of a table. */
export const monthRows = (months) => months.map((each) => [
  month(each.month) + (each.complete ? "" : " (не весь)"), number(each.flights), number(each.mean_a_day, 1),
  growth(each.growth_month_percent, each.flights), growth(each.growth_month_daily_percent, each.flights), growth(each.growth_year_percent, each.flights), growth(each.growth_year_daily_percent, each.flights),
]);
