// What a task of boundaries came to, in words and tables: the report of a file, and the change region by region.
import { el } from "./dom.js";
import { number } from "./format.js";
import { sortable } from "./table.js";

const KM2 = (value) => (value === null ? "нет" : `${number(value, value < 100 ? 1 : 0)} км²`);

/** Name a region of a change: 0 is what lies in none, and a set may know it by another name or not at all. */
function nameOf({ id, name_before, name_after }) {
  if (id === 0) return "Вне регионов";
  if (name_before && name_after && name_before !== name_after) return `${name_before} → ${name_after}`;
  if (name_after === null) return `${name_before} (нет в новом наборе)`;
  return name_before ? name_after : `${name_after} (новый)`;
}

/** The flights of each region before and after. */
export function change({ activated, flights, regions }, done) {
  if (!activated) return [el("p", { class: "notice" }, "Этот набор уже действует: ничего не меняется.")];
  const verb = done ? "изменился" : "изменится";
  const summary = el("p", { class: "notice", "data-changed": flights }, `Регион ${verb} у полётов: ${number(flights)}.`);
  if (!regions.length) return [summary];
  const columns = [
    { key: "name", title: "Регион", head: true, value: nameOf },
    { key: "before", title: "Было", number: true, value: (row) => row.before, show: (row) => number(row.before) },
    { key: "after", title: done ? "Стало" : "Станет", number: true, value: (row) => row.after, show: (row) => number(row.after) },
    { key: "gain", title: "Разница", number: true, value: (row) => row.after - row.before, show: (row) => `${row.after > row.before ? "+" : ""}${number(row.after - row.before)}` },
  ];
  return [summary, sortable("Полёты по регионам до и после", columns, regions).element];
}

function* lines(report) {
  yield* report.remarks.map((remark) => remark.sentence);
  yield* report.repairs.map((each) => `Исправлен контур: ${each.region} (${each.reason})`);
  yield* report.overlaps.map((each) => `Наложение: ${each.name} и ${each.other}, ${KM2(each.km2)}`);
  yield* report.gaps.map((each) => `Пробел: ${number(each.lat, 4)}, ${number(each.lon, 4)}, ${KM2(each.km2)}`);
  for (const [what, slivers] of [["наложений", report.overlap_slivers], ["пробелов", report.gap_slivers]]) {
    if (slivers.count) yield `Мелких ${what}: ${number(slivers.count)}, вместе ${KM2(slivers.km2)}`;
  }
}

function difference(row) {
  if (row.name_before === null) return `новый, ${KM2(row.area_after)}`;
  if (row.name_after === null) return `нет в файле, было ${KM2(row.area_before)}`;
  const facts = [["название", "name"], ["код", "iso"], ["часовой пояс", "time_zone"], ["официальная площадь", "official_area"]];
  const changed = facts.filter(([, key]) => row[`${key}_before`] !== row[`${key}_after`])
    .map(([title, key]) => `${title}: ${row[`${key}_before`] ?? "нет"} → ${row[`${key}_after`] ?? "нет"}`);
  const moved = (row.lost_km2 ?? 0) + (row.gained_km2 ?? 0) >= 1 ? [`контур: −${KM2(row.lost_km2)}, +${KM2(row.gained_km2)}`] : [];
  return [...changed, ...moved].join("; ");
}

/** The report of a file: what was noticed, and how it differs from the set in force. */
export function report(checked) {
  const noticed = [...lines(checked)];
  const bad = checked.overlaps.length > 0;
  const parts = [el("p", { class: bad ? "notice warn" : "notice" }, `Регионов: ${number(checked.regions)}; наложений: ${number(checked.overlaps.length)}, пробелов: ${number(checked.gaps.length)}${checked.new ? "" : "; такой набор уже был сохранён"}.`)];
  if (noticed.length) parts.push(el("ul", { class: "small" }, noticed.map((line) => el("li", {}, line))));
  if (checked.compared_with && checked.differences.length) {
    const columns = [
      { key: "name", title: "Регион", head: true, value: (row) => row.name_after ?? row.name_before },
      { key: "what", title: "Отличие", value: difference },
    ];
    parts.push(el("h3", {}, `Отличия от действующего набора «${checked.compared_with}»`), sortable("Отличия от действующего набора", columns, checked.differences).element);
  } else if (checked.compared_with) parts.push(el("p", {}, `От действующего набора «${checked.compared_with}» не отличается.`));
  return parts;
}
