// Numbers, days and durations as a Russian reader expects them; a dash stands for what is not known.
export const DASH = "—";
export const NO_DATA = "нет данных";
const NB = "\u00a0";
const whole = new Intl.NumberFormat("ru-RU", { maximumFractionDigits: 0, useGrouping: "always" });
const formats = new Map();
const day = new Intl.DateTimeFormat("ru-RU", { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" });
const monthName = new Intl.DateTimeFormat("ru-RU", { month: "long", year: "numeric", timeZone: "UTC" });
const instant = new Intl.DateTimeFormat("ru-RU", { dateStyle: "short", timeStyle: "short" });
const clockFormat = (timeZone) => new Intl.DateTimeFormat("ru-RU", { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone });
const clocks = { utc: [clockFormat("UTC"), "UTC"], moscow: [clockFormat("Europe/Moscow"), "МСК"] };
/** Of fewer flights than these no share and no growth is told: it would say nothing. */
export const FEW = 10;

/** A number with so many digits after the comma. */
export function number(value, digits = 0) {
  if (value === null || value === undefined) return DASH;
  if (digits === 0) return whole.format(value);
  if (!formats.has(digits)) {
    formats.set(digits, new Intl.NumberFormat("ru-RU", { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: "always" }));
  }
  return formats.get(digits).format(value);
}

export const percent = (value, digits = 1) => (value === null || value === undefined ? DASH : `${number(value, digits)}${NB}%`);

/** A share of so many flights; of few it is a dash. */
export const share = (value, of, digits = 1) => (of < FEW ? DASH : percent(value, digits));

/** A growth with its sign; `now` is what it grew to, and a dash stands where either of both is few; `hasData` of what it grew from. */
export function growth(value, now = null, hasData = true) {
  if (!hasData) return NO_DATA;
  if (value === null || value === undefined) return DASH;
  if (now !== null && (now < FEW || value <= -100 || now / (1 + value / 100) < FEW)) return DASH;
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${number(Math.abs(value), 1)}${NB}%`;
}

/** Minutes as hours and minutes. */
export function duration(minutes) {
  if (minutes === null || minutes === undefined) return DASH;
  const rounded = Math.round(minutes);
  return rounded < 60 ? `${rounded}${NB}мин` : `${number(Math.floor(rounded / 60))}${NB}ч ${String(rounded % 60).padStart(2, "0")}${NB}мин`;
}

export const hours = (minutes) => (minutes === null || minutes === undefined ? DASH : `${number(minutes / 60)}${NB}ч`);
export const date = (iso) => (iso ? day.format(new Date(`${iso}T00:00:00Z`)) : DASH);
export const month = (iso) => monthName.format(new Date(`${iso}-01T00:00:00Z`)).replace(" г.", "");
/** An instant in the reader's own time zone. */
export const moment = (iso) => (iso ? instant.format(new Date(iso)) : DASH);
/** An instant by Moscow's clock, or in UTC where days are those of UTC; said which. */
export function momentBy(iso, clock = "moscow") {
  if (!iso) return DASH;
  const [format, name] = clocks[clock === "utc" ? "utc" : "moscow"];
  return `${format.format(new Date(iso)).replace(",", "")}${NB}${name}`;
}

/** A time zone as Russians say it: "МСК+2". */
export function zoneName(zone) {
  const at = new Date();
  const local = (timeZone) => new Date(at.toLocaleString("en-US", { timeZone })).getTime();
  const hours = Math.round((local(zone) - local("Europe/Moscow")) / 3600000);
  return `МСК${hours ? `${hours > 0 ? "+" : "−"}${Math.abs(hours)}` : ""}`;
}

const plurals = new Intl.PluralRules("ru-RU");
/** A count with its noun in the right form: one, few, many. */
export function counted(value, one, few, many) {
  return `${number(value)}${NB}${{ one, few, many, other: few }[plurals.select(value)]}`;
}

export function bytes(size) {
  if (size === null || size === undefined) return DASH;
  return size < 1048576 ? `${number(size / 1024)}${NB}КБ` : `${number(size / 1048576, 1)}${NB}МБ`;
}

const TYPES = { none: "не указан", other: "прочие", BLA: "BLA, беспилотник", AER: "AER, аэростат", SHAR: "SHAR, шар-зонд" };
export const typeName = (type) => TYPES[type] ?? type;
