// The bar of filters: period, region, type; what is chosen goes into the address.
import { change, filters, parameters } from "./address.js";
import { get } from "./api.js";
import { el, foldable } from "./dom.js";
import { typeName } from "./format.js";
import { after, before, spanName, spanOf, SPANS, spans } from "./periods.js";

const field = (label, control) => el("div", { class: "field" }, el("label", { for: control.id }, label), control);
const day = (name, label) => el("input", { type: "date", id: `filter-${name}`, name, min: "2000-01-01", max: "2100-12-31", "aria-label": label });

/** What together tells of all that the caller may see: one answer, or one a region for who may see several and no sum of others. */
async function answers(path) {
  try {
    return [await get(path)];
  } catch (error) {
    if (error.code !== "REGION_FORBIDDEN") throw error;
    const { items } = await get("/api/stats/regions");
    return Promise.all(items.map(({ code }) => get(`${path}?${new URLSearchParams({ region: code })}`)));
  }
}

/** What the lists are made of is asked for once a page, after the page's own numbers: they are what somebody waits for. */
const shown = new Promise((resolve) => { document.addEventListener("pageshown", resolve, { once: true }); });

/** Types and the days of the data. */
let asking;
const typesAndDays = () => (asking ??= answers("/api/stats/types"));
const dataDays = () => typesAndDays().then(wholePeriod, () => null);

function wholePeriod(parts) {
  const periods = parts.map(({ period }) => period).filter((period) => period?.first);
  if (!periods.length) return null;
  const [first] = periods.map((period) => period.first).sort();
  return { ...periods[0], first, last: periods.map((period) => period.last).sort().at(-1) };
}

/** Whole months, quarters, half-years and years of the calendar, and the one before and after. */
function calendar() {
  const button = (text, title, onclick) => el("button", { type: "button", class: "button small-button", title, "aria-label": title, onclick }, text);
  const choose = async (span) => {
    const days = await dataDays();
    if (days) change(span(days));
  };
  const asPeriod = ({ first, last }) => ({ from: first, to: last });
  const last = (months, text) => button(text, `${text}: последний по календарю, о котором есть данные`, () => choose((days) => asPeriod(spanOf(days.last, months))));
  const step = (to, text, title) => button(text, title, () => choose((days) => asPeriod(to({ first: parameters().get("from") ?? days.first, last: parameters().get("to") ?? days.last }))));
  const list = el("select", { id: "filter-period", "aria-label": "Период по календарю" }, el("option", { value: "" }, "Весь период"));
  list.addEventListener("change", () => {
    const [from, to] = list.value.split("/");
    change({ from: from ?? "", to: to ?? "" });
  });
  const show = () => {
    const { from, to } = filters(["from", "to"]);
    const value = from || to ? `${from ?? ""}/${to ?? ""}` : "";
    list.querySelector("[data-own]")?.remove();
    if (![...list.options].some((option) => option.value === value)) {
      list.append(el("option", { value, "data-own": true }, (from && to && spanName({ first: from, last: to })) || "Свои даты"));
    }
    list.value = value;
  };
  shown.then(dataDays).then((days) => {
    if (!days) return;
    list.append(...SPANS.toReversed().map(([months, title]) => el("optgroup", { label: title === "Год" ? "Годы" : `${title.replace(/[ье]$/, "")}${{ 1: "ы", 3: "ы", 6: "я" }[months]}` },
      spans(days, months).map((span) => el("option", { value: `${span.first}/${span.last}` }, spanName(span))))));
    show();
  });
  document.addEventListener("filterschange", show);
  show();
  const presets = el("div", { class: "presets", role: "group", "aria-label": "Быстрый выбор периода" },
    step(before, "‹", "Предыдущий такой же период"), SPANS.map(([months, text]) => last(months, text)), step(after, "›", "Следующий такой же период"),
    button("Всё", "Все данные", () => change({ from: "", to: "" })));
  return [field("Период", list), presets];
}

const CLOCKS = [["", "По умолчанию"], ["moscow", "Московские"], ["local", "Местные"], ["utc", "UTC"]];
const STATES = [["", "Все полёты"], ["flown", "Состоявшиеся"]];
const COMPARED = [["", "Не сравнивать"], ["before", "С периодом раньше"], ["year", "С прошлым годом"]];
const options = (list) => list.map(([value, text]) => el("option", { value }, text));

/** Put the bar before the body of the page; `region` and `type` say which filters it has. */
export function filterBar({ region = true, type = true, compare = false, state = true } = {}) {
  const from = day("from", "Первый день");
  const to = day("to", "Последний день");
  const places = el("select", { id: "filter-region" }, el("option", { value: "" }, "Вся страна"));
  const types = el("select", { id: "filter-type" }, el("option", { value: "" }, "Все типы"));
  const clocks = el("select", { id: "filter-days" }, options(CLOCKS));
  const states = el("select", { id: "filter-state" }, options(STATES));
  const others = el("select", { id: "filter-compare" }, options(COMPARED));
  const bar = el("form", { class: "filters", "aria-label": "Фильтры", onsubmit: (event) => event.preventDefault() },
    calendar(), field("С", from), field("По", to),
    region && field("Регион", places), type && field("Тип", types), field("Сутки", clocks), state && field("Состояние", states), compare && field("Сравнить", others));
  const show = () => {
    const set = filters([...Object.keys(filters()), "compare"]);
    for (const [control, name] of [[from, "from"], [to, "to"], [places, "region"], [types, "type"], [clocks, "days"], [states, "state"], [others, "compare"]]) {
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
  others.addEventListener("change", () => change({ compare: others.value }));
  document.addEventListener("filterschange", show);
  document.querySelector("main > .heading").after(foldable(bar));
  show();
  if (region) offer(places, shown.then(regionOptions), "region");
  if (type) offer(types, shown.then(typeOptions), "type");
  return bar;
}

async function regionOptions() {
  const { items } = await get("/api/stats/regions");
  const named = items.map(({ code, name }) => [code, name]);
  return named.sort((one, other) => one[1].localeCompare(other[1], "ru"));
}

async function typeOptions() {
  const types = (await typesAndDays()).flatMap((answer) => answer.types.map(({ uav_type: type }) => type));
  return [...new Set(types)].map((type) => [type, typeName(type)]);
}

/** Fill a list; without an answer it keeps what it has, for the page itself tells what is wrong. */
async function offer(list, options, name) {
  const offered = await options.catch(() => []);
  const fixed = new Set([...list.options].slice(0, 1).map((option) => option.value));
  const rest = [...list.options].slice(1).filter((option) => !offered.some(([value]) => value === option.value));
  const added = offered.filter(([value]) => !fixed.has(value)).map(([value, text]) => el("option", { value }, text));
  list.replaceChildren(list.options[0], ...added, ...rest);
  list.value = parameters().get(name) ?? "";
}
