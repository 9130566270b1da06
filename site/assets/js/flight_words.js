// A flight in words, and its telegrams field by field: the text with its fields marked, what each was read as, codes with remedies.
import { el } from "./dom.js";
import { DASH, momentBy, typeName } from "./format.js";

export const STATES = { planned: "Только план", flown: "Выполнен", cancelled: "Отменён" };
export const OPERATORS = { state: "Государственный орган", organisation: "Организация", entrepreneur: "Предприниматель", person: "Физическое лицо", unknown: "Не указан" };
export const MATCHES = { inside: "внутри границ региона", near_border: "вне границ, не дальше 5 км от региона", outside: "вне границ регионов", none: "место неизвестно" };
export const SOURCES = { take_off: "место вылета", landing: "место посадки", zone: "середина зоны", none: "нет" };
export const KINDS = { loss: "значение потеряно", doubt: "под сомнением", repair: "исправлено при чтении", reject: "отказ" };

const unbroken = (text) => text.replaceAll(" ", "\u00a0");

/** When it took off and landed, Moscow time; in brackets where only the plan says it. */
export function times(flight) {
  const [dep, arr] = [flight.dep_dt ?? flight.plan_dep_dt, flight.arr_dt ?? flight.plan_arr_dt];
  const written = (moment, actual) => (moment ? (actual ? momentBy(moment) : `(${momentBy(moment)})`) : DASH);
  return [written(dep, flight.dep_dt), written(arr, flight.arr_dt)].map(unbroken);
}

/** The type as the telegram writes it, for a narrow column. */
export const craftCode = (flight) => `${flight.uav_type ?? "не указан"}${flight.uav_count > 1 ? ` × ${flight.uav_count}` : ""}`;
export const craft = (flight) => `${flight.uav_type ? typeName(flight.uav_type) : "тип не указан"}${flight.uav_count > 1 ? ` × ${flight.uav_count}` : ""}`;

/** A point in degrees with the sides of the world. */
export function point(position) {
  if (!position) return DASH;
  const [lon, lat] = position;
  const side = (value, [plus, minus]) => `${Math.abs(value).toFixed(4).replace(".", ",")}° ${value < 0 ? minus : plus}`;
  return `${side(lat, ["с. ш.", "ю. ш."])}, ${side(lon, ["в. д.", "з. д."])}`;
}

/** A zone in words. */
export function zone(area) {
  if (!area) return DASH;
  const place = ([lat, lon]) => point([lon, lat]);
  return {
    circle: () => `круг ${String(area.radius_km).replace(".", ",")} км вокруг точки ${place(area.center)}`,
    named: () => `зона ${area.names.join(", ")}`,
    polygon: () => `многоугольник, вершин ${area.points.length}`,
    route: () => `маршрут, точек ${area.points.length}`,
  }[area.kind]?.() ?? DASH;
}

const COLOURS = { loss: "bad", reject: "bad", doubt: "warn" };

/** Draw an explanation as the API gives it. */
export function explanation({ telegrams, flight, codes }) {
  const kinds = Object.fromEntries(codes.map((item) => [item.code, item.kind]));
  const parts = telegrams.map((telegram) => oneTelegram(telegram, kinds));
  if (flight.length) parts.push(el("section", { "aria-label": "Полёт" }, el("h3", {}, "Полёт по этим телеграммам"), factList(flight)));
  if (codes.length) parts.push(el("section", { "aria-label": "Замечания" }, el("h3", {}, "Что значат замечания"), legend(codes)));
  return el("div", { class: "explained" }, parts);
}

/** Names and values, one under another. */
export const factList = (pairs) => el("dl", { class: "facts" }, pairs.map(({ label, value }) => el("div", {}, el("dt", {}, label), el("dd", {}, value))));

function oneTelegram(telegram, kinds) {
  const title = `${telegram.kind} — ${telegram.label}`;
  const heads = ["Поле", "Записано", "Прочитано"].map((name) => el("th", { scope: "col" }, name));
  const rows = telegram.fields.map((field) => el("tr", {}, el("th", { scope: "row" }, field.name, el("span", { class: "soft" }, field.label)), el("td", { class: "raw" }, field.text),
    el("td", {}, field.value, field.notes.map((note) => noted(note, kinds)))));
  return el("section", { "aria-label": title }, el("h3", {}, title), el("pre", { class: "telegram", tabindex: 0 }, marked(telegram)), telegram.notes.map((note) => noted(note, kinds)),
    el("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": `Поля: ${title}` },
      el("table", { class: "fields" }, el("caption", { class: "hidden-text" }, title), el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows))));
}

/** The text in pieces: what belongs to a field is marked and says which; where two fields share letters the first has them. */
function marked({ text, fields }) {
  // The API counts characters, the browser halves of some of them.
  const letters = [...text];
  const pieces = [];
  let at = 0;
  for (const { start, end, label, notes } of [...fields].sort((one, other) => one.start - other.start)) {
    if (start < at || end <= start) continue;
    pieces.push(letters.slice(at, start).join(""), el("mark", { title: label, class: notes.length ? "noted" : null }, letters.slice(start, end).join("")));
    at = end;
  }
  return [...pieces, letters.slice(at).join("")];
}

function noted({ code, was, now }, kinds) {
  return el("p", { class: "small note" }, el("span", { class: `badge ${COLOURS[kinds[code]] ?? ""}` }, KINDS[kinds[code]] ?? kinds[code]),
    " ", el("code", {}, code), ` «${was}»`, now === null ? "" : ` → «${now}»`);
}

const legend = (codes) => el("ul", { class: "problems" }, codes.map((item) => el("li", {}, el("span", { class: `badge ${COLOURS[item.kind] ?? ""}` }, KINDS[item.kind] ?? item.kind),
  " ", el("code", { class: "small" }, item.code), " ", item.meaning, " ", el("span", { class: "soft" }, item.mend))));
