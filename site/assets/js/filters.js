// The bar of filters: period, region, type; what is chosen goes into the address.
import { asked, change, filters } from "./address.js";
import { get } from "./api.js";
import { el } from "./dom.js";
import { typeName } from "./format.js";

const field = (label, control) => el("div", { class: "field" }, el("label", { for: control.id }, label), control);
const day = (name, label) => el("input", { type: "date", id: `filter-${name}`, name, min: "2000-01-01", max: "2100-12-31", "aria-label": label });
const iso = (date) => date.toISOString().slice(0, 10);

function back(last, months) {
  const first = new Date(`${last}T00:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() - months);
  first.setUTCDate(first.getUTCDate() + 1);
  return iso(first);
}

function presets(choose) {
  const spans = [["1", "Месяц", 1], ["3", "Квартал", 3], ["12", "Год", 12]];
  const button = (text, title, onclick) => el("button", { type: "button", class: "button small-button", title, onclick }, text);
  return el("div", { class: "presets", role: "group", "aria-label": "Быстрый выбор периода" },
    spans.map(([, text, months]) => button(text, `Последние данные: ${text.toLowerCase()}`, () => choose(months))),
    button("Всё", "Все данные", () => choose(null)));
}

async function lastDay() {
  const { period } = await get("/api/stats/daily");
  return period?.last ?? null;
}

const CLOCKS = [["", "Сутки по умолчанию"], ["moscow", "Сутки по Москве"], ["local", "Сутки местные"], ["utc", "Сутки UTC"]];
const STATES = [["", "Все полёты"], ["flown", "Состоявшиеся"]];
const options = (list) => list.map(([value, text]) => el("option", { value }, text));

/** Put the bar before the body of the page; `region` and `type` say which filters it has. */
export function filterBar({ region = true, type = true } = {}) {
  const from = day("from", "Первый день");
  const to = day("to", "Последний день");
  const places = el("select", { id: "filter-region" }, el("option", { value: "" }, "Вся страна"));
  const types = el("select", { id: "filter-type" }, el("option", { value: "" }, "Все типы"));
  const clocks = el("select", { id: "filter-days" }, options(CLOCKS));
  const states = el("select", { id: "filter-state" }, options(STATES));
  const bar = el("form", { class: "filters", "aria-label": "Фильтры", onsubmit: (event) => event.preventDefault() },
    field("С", from), field("По", to),
    presets(async (months) => {
      if (months === null) return change({ from: "", to: "" });
      const last = await lastDay().catch(() => null);
      if (last) change({ from: back(last, months), to: last });
    }),
    region && field("Регион", places), type && field("Тип", types), field("Сутки", clocks), field("Состояние", states));
  const show = () => {
    const set = filters();
    for (const [control, name] of [[from, "from"], [to, "to"], [places, "region"], [types, "type"], [clocks, "days"], [states, "state"]]) {
      const value = set[name] ?? "";
      if (control.tagName === "SELECT" && value && ![...control.options].some((option) => option.value === value)) {
        control.append(el("option", { value }, name === "type" ? typeName(value) : value));
      }
      control.value = value;
    }
  };
  const days = (event) => {
    // A date half typed is empty too, so only a whole change counts.
    if (event.target.validity.valid) change({ [event.target.name]: event.target.value });
  };
  from.addEventListener("change", days);
  to.addEventListener("change", days);
  places.addEventListener("change", () => change({ region: places.value }));
  types.addEventListener("change", () => change({ type: types.value }));
  clocks.addEventListener("change", () => change({ days: clocks.value }));
  states.addEventListener("change", () => change({ state: states.value }));
  document.addEventListener("filterschange", show);
  document.querySelector("main > .heading").after(bar);
  show();
  if (region) offer(places, regionOptions(), "region");
  if (type) offer(types, typeOptions(), "type");
  return bar;
}

async function regionOptions() {
  const { items } = await get("/api/stats/regions");
  const named = items.map(({ code, name }) => [code, name]);
  return named.sort((one, other) => one[1].localeCompare(other[1], "ru"));
}

async function typeOptions() {
  const { types } = await get("/api/stats/types");
  return types.map(({ uav_type: type }) => [type, typeName(type)]);
}

/** Fill a list; without an answer it keeps what it has, for the page itself tells what is wrong. */
async function offer(list, options, name) {
  const offered = await options.catch(() => []);
  const known = new Set([...list.options].slice(0, 1).map((option) => option.value));
  const rest = [...list.options].slice(1).filter((option) => !offered.some(([value]) => value === option.value));
  const added = offered.filter(([value]) => !known.has(value)).map(([value, text]) => el("option", { value }, text));
  list.replaceChildren(list.options[0], ...added, ...rest);
  list.value = asked().get(name) ?? "";
}
