// Plans against facts: by centre and kind of operator; centres by the quality of their data; zones.
import { filters, query } from "../address.js";
import { get } from "../api.js";
import { card, el } from "../dom.js";
import { countedBy, keys, periodText } from "../figures.js";
import { filterBar } from "../filters.js";
import { counted, duration, growth, number, percent, share } from "../format.js";
import { frame, lead, page } from "../shell.js";
import { bars, sortable } from "../table.js";

const NAMES = ["from", "to", "days", "state", "region"];
const part = (answer, of) => share(answer.share_percent, of);
const minutes = (value) => (value === null ? "—" : `${value < 0 ? "−" : ""}${number(Math.abs(value), value % 1 ? 1 : 0)} мин`);

async function read() {
  // What became of the plans is asked of all of them: of flown flights alone there would be nothing to tell.
  const { state, ...all } = filters(NAMES);
  const asked = [["plan-fact", all], ["centers", { ...all, state }], ["zones", { ...all, state }]];
  const [plans, centers, zones] = await Promise.all(asked.map(([name, set]) => get(`/api/stats/${name}${query(set)}`)));
  return { plans, centers, zones };
}

function draw({ plans, centers, zones }) {
  if (!plans.period) return null;
  lead(`${periodText(plans.period)}, ${plans.region ? plans.region.name : "вся страна"}${countedBy(centers)}`);
  return [
    ...(centers.state ? [el("p", { class: "notice", role: "status" }, "План и факт посчитаны по всем полётам и планам: несостоявшиеся планы и есть то, что здесь показано. «Только состоявшиеся» действует для центров и зон.")] : []),
    keys(shown(plans)),
    card("По центрам", { size: "dense", note: `Опоздание: фактический вылет позже планового больше чем на ${plans.late_after} минут.` }, table("План и факт по центрам", "Центр", (item) => item.center ?? "Не указан", plans.centers)),
    card("По видам эксплуатантов", { size: "dense" }, table("План и факт по видам эксплуатантов", "Вид", (item) => item.title, plans.operators)),
    league(centers),
    ...zoned(zones),
  ];
}

const shown = ({ whole }) => [
  { id: "late", name: "Опоздали", value: part(whole.lateness.late, whole.lateness.flights), note: `${number(whole.lateness.late.count)} из ${counted(whole.lateness.flights, "вылета", "вылетов", "вылетов")}` },
  { id: "late-median", name: "Вылет к плану, медиана", value: minutes(whole.lateness.median_minutes), note: `девять из десяти не позже ${minutes(whole.lateness.ninetieth_minutes)}` },
  { id: "longer", name: "Дольше плана", value: growth(whole.durations.longer_percent), note: `план ${duration(whole.durations.plan_minutes)}, факт ${duration(whole.durations.minutes)}` },
  { id: "never-flown", name: "Только план", value: part(whole.never_flown, whole.flights), note: `${number(whole.never_flown.count)} из ${number(whole.flights)}` },
  { id: "unclosed", name: "Вылет без посадки", value: part(whole.unclosed, whole.flown), note: `${number(whole.unclosed.count)} из ${number(whole.flown)}` },
];

function table(caption, title, name, rows) {
  const columns = [
    { key: "name", title, head: true, value: name },
    { key: "flights", title: "Полёты", number: true, value: (item) => item.flights, show: (item) => number(item.flights) },
    { key: "late", title: "Опоздали", number: true, value: (item) => item.lateness.late.share_percent, show: (item) => part(item.lateness.late, item.lateness.flights) },
    { key: "median", title: "Медиана", note: "Вылет позже плана, медиана", number: true, value: (item) => item.lateness.median_minutes, show: (item) => minutes(item.lateness.median_minutes) },
    { key: "ninetieth", title: "9 из 10", note: "Девять из десяти вылетов не позже", number: true, value: (item) => item.lateness.ninetieth_minutes, show: (item) => minutes(item.lateness.ninetieth_minutes) },
    { key: "longer", title: "Дольше плана", number: true, value: (item) => item.durations.longer_percent, show: (item) => growth(item.durations.longer_percent) },
    { key: "never", title: "Только план", number: true, value: (item) => item.never_flown.share_percent, show: (item) => part(item.never_flown, item.flights) },
    { key: "unclosed", title: "Без посадки", number: true, value: (item) => item.unclosed.share_percent, show: (item) => part(item.unclosed, item.flown) },
  ];
  return sortable(caption, columns, rows, { sort: "-flights" }).element;
}

function league(answer) {
  const columns = [
    { key: "place", title: "№", number: true, value: (item) => item.place ?? 999, show: (item) => number(item.place) },
    { key: "center", title: "Центр", head: true, value: (item) => item.center ?? "Не указан" },
    { key: "score", title: "Оценка", number: true, value: (item) => item.score, show: (item) => number(item.score, 1) },
    { key: "rejected", title: "Отклонено строк", number: true, value: (item) => item.rejected?.share_percent ?? null, show: (item) => percent(item.rejected?.share_percent, 2) },
    { key: "problems", title: "С замечаниями", number: true, value: (item) => item.with_problems.share_percent, show: (item) => part(item.with_problems, item.flights) },
    { key: "landing", title: "Без посадки", number: true, value: (item) => item.no_landing.share_percent, show: (item) => percent(item.no_landing.share_percent) },
    { key: "silent", title: "Дней без полётов", number: true, value: (item) => item.silent_days.count, show: (item) => number(item.silent_days.count) },
    { key: "most", title: "Чаще всего", show: (item) => item.problems[0]?.meaning ?? "" },
  ];
  const note = `Оценка: ${answer.formula}. Дней с данными: ${number(answer.days_with_data)}.`;
  return card("Качество данных центров", { size: "dense", note }, sortable("Качество данных центров", columns, answer.items, { sort: "place" }).element);
}

function zoned(answer) {
  const columns = [
    { key: "name", title: "Регион", head: true, value: (item) => item.name ?? "Вне регионов" },
    { key: "flights", title: "Полёты", number: true, value: (item) => item.flights, show: (item) => number(item.flights) },
    { key: "area", title: "По площади зон", number: true, value: (item) => item.by_area, show: (item) => number(item.by_area, 1) },
    { key: "gained", title: "Разница", number: true, value: (item) => item.gained, show: (item) => number(item.gained, 1) },
    { key: "touching", title: "Зоны заходят", note: "Полёты, зона которых заходит в регион", number: true, value: (item) => item.touching, show: (item) => number(item.touching) },
  ];
  const note = `Полёт засчитан региону своей точки; рядом он разнесён по площади зоны.${answer.unmeasured ? ` Ещё не измерено: ${number(answer.unmeasured)}.` : ""}`;
  const names = answer.names.slice(0, 20).map((zone) => ({ name: zone.name, count: zone.flights, texts: [number(zone.flights)] }));
  return [
    card("Зоны по регионам", { size: "half long", note }, sortable("Зоны по регионам", columns, answer.regions, { sort: "-area", single: true }).element),
    card("Чаще всего называют зоны", { size: "half", note: `Всего названо ${counted(answer.different_names, "зона", "зоны", "зон")}.` },
      names.length ? bars("Чаще всего называют зоны", ["Зона", "Полёты"], names) : el("p", { class: "notice" }, "Зон с обозначением нет.")),
  ];
}

frame();
filterBar({ type: false });
await page({ read, draw, heights: [104, 320, 240, 320], filtered: () => Object.keys(filters(NAMES)).length > 0 });
