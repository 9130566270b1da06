// Tables of hours, weekdays and parts of the day.
import { number, share } from "./format.js";
import { bars } from "./table.js";

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
