// Two to four regions side by side: their figures as columns, their months as lines.
import { COUNTING, filters, query } from "../address.js";
import { get } from "../api.js";
import { ownChart } from "../charts.js";
import { card, el } from "../dom.js";
import { filterBar } from "../filters.js";
import { DASH, duration, growth, hours, month, number, share, typeName } from "../format.js";
import { countedBy, flightsOf, periodText } from "../keys.js";
import { monthLines } from "../month_lines.js";
import { pictures } from "../pictures.js";
import { chosen, MOST, regionChoice } from "../region_choice.js";
import { frame, lead, page } from "../shell.js";
import { sideBySide } from "../side_by_side.js";
import { numbers } from "../table.js";

const TYPES = 5;

async function read() {
  const set = filters(COUNTING);
  const { period, items } = await get(`/api/stats/regions${query(set)}`);
  const available = chosen().filter((code) => items.some((item) => item.code === code));
  const regions = await Promise.all(available.slice(0, MOST).map((code) => region(code, set)));
  return { set, period, items, regions, lost: chosen().filter((code) => !available.includes(code)), more: available.length > MOST };
}

async function region(code, set) {
  const [answer, quality] = await Promise.all([
    get(`/api/stats/region/${encodeURIComponent(code)}${query(set)}`), get(`/api/stats/quality${query({ ...set, region: code })}`),
  ]);
  return { code, name: answer.region.name, answer, quality };
}

function draw({ set, period, items, regions, lost, more }) {
  offer(items, regions.map(({ code }) => code));
  if (!period) return null;
  lead(`${periodText(period)}${regions.length ? countedBy(regions[0].answer) : ""}`);
  const notices = [
    lost.length && `Таких регионов нет среди доступных вам: ${lost.join(", ")}.`,
    more && "В адресе больше четырёх регионов: показаны первые четыре.",
    regions.length < 2 && (regions.length ? "Добавьте ещё регион: рядом встанут от двух до четырёх." : "Выберите от двух до четырёх регионов: найдите по названию или возьмите из предложенных."),
  ].filter(Boolean).map((text) => el("p", { class: "notice", role: "status" }, text));
  if (!regions.length) return notices;
  return [
    ...notices,
    sideBySide("Полёты", regions, counts(regions)),
    dynamics(set, period, regions),
    sideBySide("Время и пики", regions, TIMES),
    sideBySide("Типы воздушных судов", regions, types(regions), "Пять первых типов каждого региона; доля — от полётов региона."),
    sideBySide("Качество данных", regions, QUALITY, "Доли от полётов региона."),
  ];
}

const counted = (name, term, value, digits = 0) => ({ name, term, value, show: (region) => number(value(region), digits) });
const part = (name, term, value, flights = ({ answer }) => answer.totals.flights, digits = 1) => ({ name, term, unit: "%", value, show: (region) => share(value(region), flights(region), digits) });

const counts = (regions) => [
  { ...counted("Полёты", "flights", ({ answer }) => answer.totals.flights), show: ({ answer }) => el("a", { href: flightsOf(answer) }, number(answer.totals.flights)) },
  counted("Состоявшиеся", "flown", ({ answer }) => answer.totals.flown),
  counted("Аппаратов в них", "aircraft", ({ answer }) => answer.totals.aircraft),
  part("Доля в стране", "share", ({ answer }) => answer.place.share_percent, undefined, 2),
  counted("Место среди регионов", null, ({ answer }) => answer.place.rank),
  counted("На 1000 км² в год", "density", ({ answer }) => answer.density.a_year, 2),
  counted("Полётов в сутки", "daily", ({ answer }) => answer.spread.mean, 2),
  counted("Дней без полётов", "zero", ({ answer }) => answer.spread.zero_days),
  ...grown(regions),
];

/** The data hold the same last whole month for every region. */
function grown(regions) {
  const last = regions.find(({ answer }) => answer.growth)?.answer.growth.month;
  if (!last) return [];
  const row = (name, field) => {
    const value = ({ answer }) => answer.growth?.[field] ?? null;
    return { name: `${month(last)} ${name}`, term: "growth", unit: "%", value, show: (region) => growth(value(region), region.answer.growth?.flights) };
  };
  return [row("к месяцу раньше", "to_month_before_percent"), row("к прошлому году", "to_year_before_percent")];
}

const peak = (name, term, field) => ({ name, term, value: ({ answer }) => answer.peaks?.[field].flights ?? null, show: ({ answer }) => number(answer.peaks?.[field].flights) });
const TIMES = [
  { name: "Средняя длительность", term: "mean", unit: "мин", value: ({ answer }) => answer.actual.mean_minutes, show: ({ answer }) => duration(answer.actual.mean_minutes) },
  { name: "Медиана длительности", term: "mean", unit: "мин", value: ({ answer }) => answer.actual.median_minutes, show: ({ answer }) => duration(answer.actual.median_minutes) },
  { name: "Налёт", term: "minutes", unit: "мин", value: ({ answer }) => answer.actual.total_minutes, show: ({ answer }) => hours(answer.actual.total_minutes) },
  part("Ночью, 00–06 местного", "local", ({ answer }) => answer.day_parts.find((each) => each.part === "night").share_percent, ({ answer }) => answer.day_parts.reduce((sum, { count }) => sum + count, 0)),
  peak("Пик за час", "peak-hour", "hour"),
  peak("Пик за 60 минут", "peak-sliding", "sliding_hour"),
  peak("Одновременно в воздухе", "peak-airborne", "airborne"),
];

const quality = (name, field) => part(name, null, (region) => region.quality[field].share_percent, (region) => region.quality.flights);
const QUALITY = [
  quality("Есть вылет (DEP)", "with_dep"), quality("Есть посадка (ARR)", "with_arr"), quality("Известна длительность", "with_duration"),
  quality("У границы региона", "near_border"),
];

function types(regions) {
  const flights = (kind) => regions.reduce((sum, { answer }) => sum + (answer.types.find((each) => each.uav_type === kind)?.flights ?? 0), 0);
  const first = ({ answer }) => answer.types.filter(({ uav_type: kind }) => kind !== "other").slice(0, TYPES).map((each) => each.uav_type);
  const kinds = [...new Set(regions.flatMap(first))].sort((one, other) => flights(other) - flights(one));
  return kinds.map((kind) => {
    const found = ({ answer }) => answer.types.find((each) => each.uav_type === kind);
    // A rare type may be among the others of a region, where nothing is known of it alone.
    const none = ({ answer }) => (answer.types.some((each) => each.uav_type === "other") ? null : 0);
    const value = (region) => (found(region) ? found(region).flights : none(region));
    const written = (region) => {
      if (!found(region)) return number(none(region));
      const of = share(found(region).share_percent, region.answer.totals.flights);
      return of === DASH ? number(value(region)) : `${number(value(region))} (${of})`;
    };
    return { name: typeName(kind), value, show: written };
  });
}

function dynamics(set, period, regions) {
  const names = regions.map(({ name }) => name);
  const drawn = ownChart("month-lines", `Полёты по месяцам: ${names.join(", ")}`, (size) => monthLines(regions, set, size), 340);
  drawn.append(pictures(drawn, null, () => `Полёты по месяцам ${period.first} - ${period.last}`));
  const rows = regions[0].answer.months.map((each, index) => [
    month(each.month) + (each.complete ? "" : " (не весь)"), ...regions.map(({ answer }) => number(answer.months[index].flights)),
  ]);
  return card("По месяцам", { note: "Ось от нуля, одна для всех. Пустой знак без линии: месяц, который данные держат не весь." }, drawn, numbers("Полёты регионов по месяцам", ["Месяц", ...names], rows));
}

frame();
filterBar({ region: false });
const offer = regionChoice();
await page({ read, draw, heights: [420, 400] });
