// The same answer for another period: the one before, or that of a year ago, as the address says in `compare`.
import { parameters, query } from "./address.js";
import { get } from "./api.js";
import { before, yearBefore } from "./periods.js";
import { periodText } from "./keys.js";

const OTHER = { before, year: yearBefore };

/** Ask for the period to compare with; null where none is asked for, or nothing is known of it whole. */
export async function compared(set, answer, path = "/api/stats/overview") {
  const other = OTHER[parameters().get("compare")];
  if (!other || !answer.period) return null;
  const period = set.from && set.to ? { first: set.from, last: set.to } : answer.period;
  const { first, last } = other(period);
  const earlier = await get(`${path}${query({ ...set, from: first, to: last })}`);
  // Where the data do not hold the whole of it, a change would be that of the data and not of the flights.
  return earlier.period && earlier.period.first === first && earlier.period.last === last ? earlier : { lacking: { first, last } };
}

/** Say what is compared with. */
export function comparedText(other) {
  if (!other) return "";
  return other.lacking ? `; сравнить не с чем: о периоде ${periodText(other.lacking)} есть не все данные` : `; изменения к периоду ${periodText(other.period)}`;
}
