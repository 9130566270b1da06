// What a list of flights is narrowed by: the address says it, a second bar sets it, the API takes it.
import { parameters, change, filters, query } from "./address.js";
import { get } from "./api.js";
import { el } from "./dom.js";
import { momentBy } from "./format.js";

/** Names in the address and in the API, the same in both. */
const NAMES = ["since", "until", "airborne", "hour", "weekday", "min_minutes", "max_minutes", "operator", "problem", "match", "centre", "bbox", "undated"];
const STATUSES = [["", "Все, кроме отменённых"], ["flown", "Состоявшиеся"], ["planned", "Только план"], ["cancelled", "Отменённые"], ["all", "Все, с отменёнными"]];
const OPERATORS = [["", "Любой"], ["organisation", "Организация"], ["person", "Физическое лицо"], ["entrepreneur", "Предприниматель"], ["state", "Государственный орган"], ["unknown", "Не указан"]];
const WEEKDAYS = [["", "Любой"], ...["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"].map((name, index) => [String(index + 1), name])];
const HOURS = [["", "Любой"], ...Array.from({ length: 24 }, (_, hour) => [String(hour), `${String(hour).padStart(2, "0")}:00–${String(hour).padStart(2, "0")}:59`])];
const MATCHES = [["", "Любая"], ["inside", "Внутри границ"], ["near_border", "У границы"], ["outside", "Вне границ"], ["none", "Место неизвестно"]];

/** What narrows the list beyond period, region and type, as the address has it. */
export const narrowing = () => filters(NAMES);

/**
 * The query of the API for what the page shows. An instant says by itself which flights are meant, and may reach over
 * the period's ends: that stands in the address for the pages after this one.
 */
export function selection() {
  const { state, ...set } = filters();
  if (parameters().get("since") || parameters().get("airborne")) {
    delete set.from;
    delete set.to;
  }
  const status = parameters().get("status") ?? state ?? "counted";
  return { ...set, ...narrowing(), ...(status === "all" ? {} : { state: status }) };
}

/** The address of an answer about what the page shows. */
export const address = (path, extra = {}) => `${path}${query({ ...selection(), ...extra })}`;

const select = (id, list) => el("select", { id }, list.map(([value, text]) => el("option", { value }, text)));
const field = (label, control) => el("div", { class: "field" }, el("label", { for: control.id }, label), control);
const minutes = (id) => el("input", { type: "number", id, min: 0, max: 100000, step: 1, inputmode: "numeric", class: "short" });

/** The second bar: state, operator, hour, weekday, duration, place, remarks, and what a link has set. */
export function narrowBar() {
  const controls = {
    status: select("flight-status", STATUSES), operator: select("flight-operator", OPERATORS), hour: select("flight-hour", HOURS),
    weekday: select("flight-weekday", WEEKDAYS), min_minutes: minutes("flight-min"), max_minutes: minutes("flight-max"),
    match: select("flight-match", MATCHES), problem: select("flight-problem", [["", "Все"]]),
  };
  const titles = {
    status: "Состояние", operator: "Эксплуатант", hour: "Час вылета, местный", weekday: "День недели, местный", min_minutes: "Длительность от, мин",
    max_minutes: "до, мин", match: "Привязка", problem: "Замечание",
  };
  const set = el("ul", { class: "chips", "aria-label": "Условия из ссылки" });
  const bar = el("form", { class: "filters", "aria-label": "Условия списка", onsubmit: (event) => event.preventDefault() },
    Object.entries(controls).map(([name, control]) => field(titles[name], control)), set);
  for (const [name, control] of Object.entries(controls)) {
    control.addEventListener("change", () => control.validity.valid && change({ [name]: control.value, flight: "" }));
  }
  const show = () => {
    for (const [name, control] of Object.entries(controls)) {
      const value = (name === "status" ? parameters().get("status") ?? filters().state : parameters().get(name)) ?? "";
      if (control.tagName === "SELECT" && value && ![...control.options].some((option) => option.value === value)) control.append(el("option", { value }, value));
      control.value = value;
    }
    set.replaceChildren(...chips());
    set.hidden = set.childElementCount === 0;
  };
  get("/assets/vendor/codes.json").then((codes) => {
    const short = (text) => (text.length > 70 ? `${text.slice(0, 68)}…` : text);
    const listed = Object.entries(codes).filter(([, { kind }]) => kind !== "reject");
    controls.problem.append(...["loss", "doubt", "repair"].map((kind) => el("optgroup", { label: { loss: "Значение потеряно", doubt: "Под сомнением", repair: "Исправлено при чтении" }[kind] },
      listed.filter(([, code]) => code.kind === kind).map(([code, { explanation }]) => el("option", { value: code }, short(explanation))))));
    show();
  }, () => {});
  document.addEventListener("filterschange", show);
  show();
  return bar;
}

/** The instant that the address names, in words; null where it names none. */
export function instantText(set = narrowing()) {
  if (set.airborne) return `в воздухе ${momentBy(set.airborne)}`;
  return set.since || set.until ? `вылет ${set.since ? `с ${momentBy(set.since)}` : ""} ${set.until ? `до ${momentBy(set.until)}` : ""}`.replace("  ", " ") : null;
}

/** What a link has set and the bar has no control for; each can be taken away. */
function chips() {
  const set = narrowing();
  const conditions = [];
  const instant = instantText(set);
  if (instant) conditions.push([{ since: "", until: "", airborne: "" }, `${instant[0].toUpperCase()}${instant.slice(1)}`]);
  if (set.bbox) conditions.push([{ bbox: "" }, "Область на карте"]);
  if (set.centre) conditions.push([{ centre: "" }, `Центр: ${set.centre}`]);
  if (set.undated) conditions.push([{ undated: "" }, "Без даты"]);
  return conditions.map(([values, text]) => el("li", {}, el("button", { type: "button", class: "chip", "aria-label": `Убрать условие: ${text}`, onclick: () => change({ ...values, flight: "" }) }, text, " ×")));
}

