// Periods as officials count them: months, quarters, half-years and years of the calendar, and the one to compare with.
const MONTHS = ["январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"];
const ROMAN = ["I", "II", "III", "IV"];
/** The kinds of spans by how many months they hold. */
export const SPANS = [[1, "Месяц"], [3, "Квартал"], [6, "Полугодие"], [12, "Год"]];

const parsed = (iso) => new Date(`${iso}T00:00:00Z`);
const written = (date) => date.toISOString().slice(0, 10);
const day = (year, month, date) => written(new Date(Date.UTC(year, month, date)));
const moved = (iso, days) => written(new Date(parsed(iso).getTime() + 86400000 * days));

/** The calendar span of so many months that holds a day. */
export function spanOf(iso, months) {
  const date = parsed(iso);
  const first = Math.floor(date.getUTCMonth() / months) * months;
  return { first: day(date.getUTCFullYear(), first, 1), last: day(date.getUTCFullYear(), first + months, 0) };
}

/** How many months a period is a whole calendar span of; null where it is none. */
export function monthsOf({ first, last }) {
  const found = SPANS.find(([months]) => {
    const span = spanOf(first, months);
    return span.first === first && span.last === last;
  });
  return found ? found[0] : null;
}

/** The name of a calendar span: "май 2025", "II квартал 2025"; null where it is none. */
export function spanName(period) {
  const months = monthsOf(period);
  if (!months) return null;
  const date = parsed(period.first);
  const [year, part] = [date.getUTCFullYear(), Math.floor(date.getUTCMonth() / months)];
  return { 1: `${MONTHS[part]} ${year}`, 3: `${ROMAN[part]} квартал ${year}`, 6: `${ROMAN[part]} полугодие ${year}`, 12: `${year} год` }[months];
}

/** The period before: the calendar span before of a calendar span, else as many days. */
export function before({ first, last }) {
  const months = monthsOf({ first, last });
  if (months) return spanOf(moved(first, -1), months);
  const days = Math.round((parsed(last) - parsed(first)) / 86400000) + 1;
  return { first: moved(first, -days), last: moved(first, -1) };
}

/** The same period a year earlier; a month's end stays one in a leap year. */
export function yearBefore({ first, last }) {
  const months = monthsOf({ first, last });
  const back = (iso) => {
    const date = parsed(iso);
    const [year, month] = [date.getUTCFullYear() - 1, date.getUTCMonth()];
    return day(year, month, Math.min(date.getUTCDate(), new Date(Date.UTC(year, month + 1, 0)).getUTCDate()));
  };
  return months ? spanOf(back(first), months) : { first: back(first), last: back(last) };
}

/** The period after, of the same kind. */
export function after({ first, last }) {
  const months = monthsOf({ first, last });
  if (months) return spanOf(moved(last, 1), months);
  const days = Math.round((parsed(last) - parsed(first)) / 86400000) + 1;
  return { first: moved(last, 1), last: moved(last, days) };
}

/** Every calendar span of so many months that the days touch, the latest first. */
export function spans({ first, last }, months) {
  const found = [];
  for (let span = spanOf(last, months); span.last >= first && found.length < 400; span = spanOf(moved(span.first, -1), months)) found.push(span);
  return found;
}
