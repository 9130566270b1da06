// Flights one by one: what the list is narrowed by, the map, the list, one flight's card in a dialog with an address of its own,
// files of exactly what is seen.
import { change, filters, link, parameters, query } from "../address.js";
import { get } from "../api.js";
import { card, el, foldable, icon } from "../dom.js";
import { download } from "../downloads.js";
import { countedBy, periodText } from "../figures.js";
import { filterBar } from "../filters.js";
import { flightMap } from "../flight_map.js";
import { craft, craftCode, explanation, factList, KINDS, MATCHES, OPERATORS, point, SOURCES, STATES, times, zone } from "../flight_words.js";
import { counted, DASH, date, duration, momentBy, number, typeName, zoneName } from "../format.js";
import { frame, lead, page } from "../shell.js";
import { toast } from "../states.js";

/** Names in the address and in the API, the same in both. */
const NAMES = ["since", "until", "airborne", "hour", "weekday", "min_minutes", "max_minutes", "operator", "problem", "match", "centre", "bbox", "undated"];
const STATUSES = [["", "Все, кроме отменённых"], ["flown", "Состоявшиеся"], ["planned", "Только план"], ["cancelled", "Отменённые"], ["all", "Все, с отменёнными"]];
const OPERATOR_CHOICES = [["", "Любой"], ["organisation", "Организация"], ["person", "Физическое лицо"], ["entrepreneur", "Предприниматель"], ["state", "Государственный орган"], ["unknown", "Не указан"]];
const WEEKDAYS = [["", "Любой"], ...["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"].map((name, index) => [String(index + 1), name])];
const HOURS = [["", "Любой"], ...Array.from({ length: 24 }, (_, hour) => [String(hour), `${String(hour).padStart(2, "0")}:00–${String(hour).padStart(2, "0")}:59`])];
const MATCH_CHOICES = [["", "Любая"], ["inside", "Внутри границ"], ["near_border", "У границы"], ["outside", "Вне границ"], ["none", "Место неизвестно"]];

/** What narrows the list beyond period, region and type, as the address has it. */
const narrowing = () => filters(NAMES);

/**
 * The query of the API for what the page shows. An instant says by itself which flights are meant, and may reach over
 * the period's ends: that stands in the address for the pages after this one.
 */
function selection() {
  const { state, ...set } = filters();
  if (parameters().get("since") || parameters().get("airborne")) {
    delete set.from;
    delete set.to;
  }
  const status = parameters().get("status") ?? state ?? "counted";
  return { ...set, ...narrowing(), ...(status === "all" ? {} : { state: status }) };
}

/** The address of an answer about what the page shows. */
const address = (path, extra = {}) => `${path}${query({ ...selection(), ...extra })}`;

const select = (id, list) => el("select", { id }, list.map(([value, text]) => el("option", { value }, text)));
const field = (label, control) => el("div", { class: "field" }, el("label", { for: control.id }, label), control);
const minutes = (id) => el("input", { type: "number", id, min: 0, max: 100000, step: 1, inputmode: "numeric", class: "short" });

/** The second bar: state, operator, hour, weekday, duration, place, remarks, and what a link has set. */
function narrowBar() {
  const controls = {
    status: select("flight-status", STATUSES), operator: select("flight-operator", OPERATOR_CHOICES), hour: select("flight-hour", HOURS),
    weekday: select("flight-weekday", WEEKDAYS), min_minutes: minutes("flight-min"), max_minutes: minutes("flight-max"),
    match: select("flight-match", MATCH_CHOICES), problem: select("flight-problem", [["", "Все"]]),
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
function instantText(set = narrowing()) {
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

const factsOf = (pairs) => el("dl", { class: "facts" }, pairs.filter(Boolean).map(([name, ...values]) => el("div", {}, el("dt", {}, name), values.map((value) => el("dd", {}, value)))));

function compared(flight) {
  const late = flight.dep_dt && flight.plan_dep_dt ? Math.round((new Date(flight.dep_dt) - new Date(flight.plan_dep_dt)) / 60000) : null;
  const lateness = late === null ? null : late === 0 ? "вовремя" : `${late > 0 ? "позже" : "раньше"} плана на ${duration(Math.abs(late))}`;
  const line = (name, plan, fact) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, plan), el("td", {}, fact));
  return el("div", {}, el("div", { class: "table-box" }, el("table", {}, el("caption", { class: "hidden-text" }, "План и факт"),
    el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col" }, "По плану"), el("th", { scope: "col" }, "На деле"))),
    el("tbody", {}, line("Вылет", momentBy(flight.plan_dep_dt), momentBy(flight.dep_dt)), line("Посадка", momentBy(flight.plan_arr_dt), momentBy(flight.arr_dt)),
      line("Длительность", duration(flight.plan_duration_min), duration(flight.duration_min))))), lateness && el("p", { class: "small soft" }, `Вылет ${lateness}.`));
}

function problems(flight, codes) {
  if (!flight.problems.length) return el("p", { class: "soft" }, "Замечаний нет.");
  return el("ul", { class: "problems" }, flight.problems.map((code) => el("li", {}, el("span", { class: `badge ${codes[code]?.kind === "loss" ? "bad" : codes[code]?.kind === "doubt" ? "warn" : ""}` }, KINDS[codes[code]?.kind] ?? code),
    " ", codes[code]?.explanation ?? code, " ", el("span", { class: "soft" }, codes[code]?.mend ?? ""), " ", el("a", { href: link("/flights", { problem: code }) }, "Все такие полёты"))));
}

function flightFacts(flight, codes) {
  const level = flight.level_lower_m === null ? DASH : `${number(flight.level_lower_m)}–${number(flight.level_upper_m)} м`;
  return [
    factsOf([
      ["День", date(flight.day)], ["Состояние", STATES[flight.state]], ["Воздушное судно", craft(flight)], ["Эксплуатант", OPERATORS[flight.operator_kind]],
      ["Регион", flight.region ? el("a", { href: link("/region", { code: flight.region }, ["from", "to", "type", "days"]) }, flight.region_name) : DASH, flight.time_zone && `время ${zoneName(flight.time_zone)}`],
      ["Центр", flight.centre ? el("a", { href: link("/flights", { centre: flight.centre }) }, flight.centre) : DASH],
    ]),
    el("h3", {}, "План и факт"), compared(flight),
    el("h3", {}, "Место"),
    factsOf([["Вылет", point(flight.dep)], ["Посадка", point(flight.arr)], ["Зона", zone(flight.zone)], ["Высоты", level],
      ["Регион определён по", SOURCES[flight.position_source], MATCHES[flight.region_match]]]),
    flight.identity && el("h3", {}, "Номера"),
    flight.identity && factsOf([["Номер плана (SID)", flight.identity.sid ?? DASH], ["Позывной", flight.identity.callsign ?? DASH], ["Учётные номера", flight.identity.regs.join(", ") || DASH]]),
    el("h3", {}, "Замечания к данным"), problems(flight, codes),
    flight.identity && el("h3", {}, "Телеграммы"), flight.identity && texts(flight.id),
  ].filter(Boolean);
}

/** The rows that the flight was made of, asked for when somebody wants them: who reads them is put down. */
function texts(key) {
  const button = el("button", { type: "button", class: "button", "data-texts": key }, "Показать по полям");
  const box = el("div", { class: "flight-texts" }, button, el("p", { class: "small soft" }, "Тексты могут называть людей; кто и когда их читал, записывается."));
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    try {
      const { rows } = await get(`/api/flights/${encodeURIComponent(key)}/telegrams`);
      const shown = rows.map((row) => el("section", { "aria-label": `Строка ${row.row}` },
        el("p", { class: "small soft" }, `Загрузка ${row.load_id}, строка ${number(row.row)}, отправлена ${momentBy(row.sent_at)}${row.center ? `, центр ${row.center}` : ""}`),
        row.explanation && explanation(row.explanation), row.cells.length > 0 && factList(row.cells)));
      box.replaceChildren(...(shown.length ? shown : [el("p", { class: "soft" }, "Строк этого полёта нет.")]));
    } catch (error) {
      box.append(el("p", { class: "notice bad", role: "alert" }, error.message));
      button.removeAttribute("aria-busy");
    }
  });
  return box;
}

/** Show the flight that the address names, and go on showing what it names; closing takes it out of the address. */
function flightCard() {
  const body = el("div", { class: "card-body" });
  const close = el("button", { type: "button", class: "button icon quiet", "aria-label": "Закрыть карточку" }, icon("cross"));
  const title = el("h2", { id: "flight-title" }, "Полёт");
  const dialog = el("dialog", { class: "flight-card", "aria-labelledby": "flight-title" }, el("div", { class: "flight-head" }, title, close), body);
  document.body.append(dialog);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => change({ flight: "" }, { silently: true }));
  const show = async () => {
    const key = parameters().get("flight");
    if (!key) return dialog.open && dialog.close();
    body.replaceChildren(el("p", { class: "soft", role: "status" }, "Загрузка…"));
    if (!dialog.open) dialog.showModal();
    try {
      const [flight, codes] = await Promise.all([get(`/api/flights/${encodeURIComponent(key)}`), get("/assets/vendor/codes.json").catch(() => ({}))]);
      title.textContent = `Полёт ${date(flight.day)}`;
      body.replaceChildren(...flightFacts(flight, codes));
    } catch (error) {
      body.replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message));
    }
  };
  addEventListener("popstate", show);
  show();
  return (key) => {
    change({ flight: key }, { silently: true });
    return show();
  };
}

const PAGE = 50;

async function read() {
  const set = selection();
  const { undated, ...dated } = set;
  const [answer, first] = await Promise.all([undated ? null : get(address("/api/flights/count")), get(address("/api/flights", { limit: PAGE }))]);
  return { set, answer, first, dated };
}

function draw({ set, answer, first }) {
  if (!first.features.length) return null;
  const total = answer?.flights ?? null;
  if (answer) lead(`${counted(total, "полёт", "полёта", "полётов")}: ${instantText() ?? periodText(answer.period)}, ${answer.region ? answer.region.name : "вся страна"}${answer.type ? `, тип ${typeName(answer.type)}` : ""}${countedBy(answer)}`);
  else lead("Полёты, у которых дату нельзя прочитать; ни в одном периоде их нет");
  map.show(set, total ?? first.features.length);
  return [mapCard, list(first, total)];
}

function list(first, total) {
  const body = el("tbody");
  const more = el("button", { class: "button", type: "button" }, "Показать ещё");
  const note = el("p", { class: "small soft", role: "status" });
  const heads = [["Вылет"], ["Посадка"], ["Длительность", "right"], ["Регион"], ["Воздушное судно"], ["Эксплуатант"], ["Состояние"], ["Замечаний", "right"]];
  const table = el("table", { id: "flights" }, el("caption", { class: "hidden-text" }, "Полёты"),
    el("thead", {}, el("tr", {}, heads.map(([title, kind]) => el("th", { scope: "col", class: kind ?? null }, title)))), body);
  let following = null;
  const put = ({ features, next }) => {
    body.append(...features.map(row));
    following = next;
    more.hidden = next === null;
    note.textContent = total === null ? "" : `Показано ${number(body.childElementCount)} из ${number(total)}, последние дни сначала. Время московское; в скобках — только по плану.`;
  };
  more.addEventListener("click", async () => {
    more.setAttribute("aria-busy", "true");
    await get(address("/api/flights", { limit: PAGE, cursor: following })).then(put, (error) => toast(error.message));
    more.removeAttribute("aria-busy");
  });
  put(first);
  const files = el("div", { class: "downloads" }, download(address("/api/exports/flights.xlsx"), "Excel", "Список полётов.xlsx"), download(address("/api/exports/flights.csv"), "CSV", "Список полётов.csv"));
  return card("Список", { tools: [files], size: "dense flights-list", note: "Файлы держат все полёты списка, а не только показанные." },
    el("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": "Список полётов" }, table), note, more);
}

function row({ id, properties: flight }) {
  const [dep, arr] = times(flight);
  const shown = dep === DASH ? (flight.day ? date(flight.day) : "без даты") : dep;
  return el("tr", { "data-flight": id }, el("th", { scope: "row" }, el("button", { type: "button", class: "as-link", onclick: () => open(id) }, shown)),
    el("td", {}, arr), el("td", { class: "right" }, duration(flight.duration_min)), el("td", {}, flight.region_name ?? DASH), el("td", {}, craftCode(flight)),
    el("td", {}, OPERATORS[flight.operator_kind] ?? flight.operator_kind), el("td", {}, STATES[flight.state]), el("td", { class: "right" }, flight.problems.length ? number(flight.problems.length) : ""));
}

frame();
filterBar({ state: false });
document.querySelector("form.filters").after(foldable(narrowBar()));
const open = flightCard();
const map = flightMap({ open, choose: (bbox) => change({ bbox, flight: "" }) });
const mapCard = card("Карта", {}, map.element);
await page({ read, draw, heights: [460, 400], filtered: () => Object.keys({ ...filters(), ...narrowing() }).length > 0 });
