// Flights one by one: what the list is narrowed by, the map, the list, one flight's card, files of exactly what is seen.
import { change, filters } from "../address.js";
import { get } from "../api.js";
import { card, el } from "../dom.js";
import { download } from "../downloads.js";
import { filterBar } from "../filters.js";
import { flightCard } from "../flight_card.js";
import { address, instantText, narrowBar, narrowing, selection } from "../flight_filters.js";
import { flightMap } from "../flight_map.js";
import { craftCode, OPERATORS, STATES, times } from "../flight_words.js";
import { counted, date, DASH, duration, number, typeName } from "../format.js";
import { countedBy, periodText } from "../keys.js";
import { frame, lead, page } from "../shell.js";
import { toast } from "../states.js";

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
    note.textContent = total === null ? "" : `Показано ${number(body.childElementCount)} из ${number(total)}, самые поздние сначала. Время московское; в скобках — только по плану.`;
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
document.querySelector("form.filters").after(narrowBar());
const open = flightCard();
const map = flightMap({ open, choose: (bbox) => change({ bbox, flight: "" }) });
const mapCard = card("Карта", {}, map.element);
await page({ read, draw, heights: [460, 400], filtered: () => Object.keys({ ...filters(), ...narrowing() }).length > 0 });
