// The same answer for another period: the one before, or that of a year ago, as the address says in `compare`.
import { asked, query } from "./address.js";
import { get } from "./api.js";
import { before, yearBefore } from "./periods.js";
import { periodText } from "./keys.js";

const OTHER = { before, year: yearBefore };

/** Ask for the period to compare with; null where none is asked for, or nothing is known of it whole. */
export async function compared(set, told, path = "/api/stats/overview") {
  const other = OTHER[asked().get("compare")];
  if (!other || !told.period) return null;
  const period = set.from && set.to ? { first: set.from, last: set.to } : told.period;
  const { first, last } = other(period);
  const answer = await get(`${path}${query({ ...set, from: first, to: last })}`);
  // Where the data do not hold the whole of it, a change would be that of the data and not of the flights.
  return answer.period && answer.period.first === first && answer.period.last === last ? answer : { lacking: { first, last } };
}

/** Say what is compared with. */
export function comparedText(other) {
  if (!other) return "";
  return other.lacking ? `; сравнить не с чем: о периоде ${periodText(other.lacking)} есть не все данные` : `; изменения к периоду ${periodText(other.period)}`;
}
