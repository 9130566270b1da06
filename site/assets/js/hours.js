// Tables of hours, weekdays and parts of the day.
import { number, percent } from "./format.js";
import { bars } from "./table.js";

const clock = (hour) => `${String(hour).padStart(2, "0")}:00`;

export const hourRows = (hours) => hours.map((flights, hour) => [clock(hour), number(flights)]);
export const weekRows = (week) => Array.from({ length: 24 }, (_, hour) => [clock(hour), ...week.map((day) => number(day[hour]))]);

/** A word with a capital letter. */
export const capital = (text) => text[0].toLocaleUpperCase("ru") + text.slice(1);

const shares = (items) => items.map(({ title, count, share_percent: share }) => ({ name: capital(title), count, texts: [number(count), percent(share)] }));

export const weekdays = (items) => bars("Полёты по дням недели", ["День", "Полёты", "Доля"], shares(items));
export const parts = (items) => bars("Полёты по частям суток", ["Часть суток", "Полёты", "Доля"], shares(items));
