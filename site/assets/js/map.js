// The country by regions: colour tells how much, the pointer tells the rest, names stand where there is room for them. The
// table beside it says the same in words.
import { change, COUNTING, link, parameters } from "./address.js";
import { get } from "./api.js";
import { choice, el, svg } from "./dom.js";
import { pictures } from "./downloads.js";
import { hours, number } from "./format.js";
import { shortName } from "./region_names.js";
import { bounds, fitting, MIDDLE, paths, roomiest, widened } from "./projection.js";
import { classes, classOf } from "./scale.js";
import { viewOf, written, zoomable } from "./zoom.js";

const WIDTH = 960;
// The near view: regions that begin west of 56° E, up to 69.5° N (the islands beyond would halve its scale), 45° E upright.
const NEAR = { east: 56, north: 69.5, middle: 45 };
const ALL = { east: 360, north: 90, middle: MIDDLE };
/** The names' size on the screen, in pixels. */
const LETTERS = 11.5;
// A measure: its name, a region's value, how it is written (`digits` as the classes have it), whether it is a count.
const plain = (value, digits = 0) => number(value, digits);
const MEASURES = {
  flights: { title: "Полёты", value: (item) => item.flights, write: plain, whole: true },
  density: { title: "На 1000 км²", value: (item) => item.density, write: plain },
  minutes: { title: "Налёт, ч", value: (item) => item.actual.total_minutes / 60, write: plain },
  mean: { title: "Средняя длительность, мин", value: (item) => item.actual.mean_minutes ?? 0, write: plain, whole: true },
  zero: { title: "Дней без полётов", value: (item) => item.zero_days, write: plain, whole: true },
  peak: { title: "Пик за час", value: (item) => item.peak_hour, write: plain, whole: true },
};

/** Make the map of a ranking's items; `chosen` is a region's code to stand out. The address keeps measure, part and how near it is. */
export function map(items, chosen = null) {
  const box = el("div", { class: "map-box" });
  const legend = el("ul", { class: "legend" });
  const set = parameters();
  const state = { measure: MEASURES[set.get("measure")] ? set.get("measure") : "flights", near: set.get("part") === "near", view: viewOf(set.get("zoom")) };
  const measures = el("select", { id: "map-measure", "aria-label": "Показатель карты" }, Object.entries(MEASURES).map(([key, { title }]) => el("option", { value: key, selected: key === state.measure }, title)));
  measures.addEventListener("change", () => redraw({ measure: measures.value }));
  const tools = el("div", { class: "downloads" }, el("div", { class: "field" }, measures),
    choice("part", "Часть страны", [["all", "Вся страна"], ["near", "Европейская часть"]], state.near ? "near" : "all", (value) => redraw({ near: value === "near", view: viewOf("") })),
    pictures(box, legend, () => `Карта - ${MEASURES[state.measure].title}`));
  let shapes = null;
  const redraw = (changed = {}) => {
    Object.assign(state, changed);
    keep(state);
    if (shapes) draw(box, legend, shapes, items, state, chosen);
  };
  box.append(el("div", { class: "skeleton", style: "aspect-ratio: 960 / 510" }));
  get("/api/regions.geojson").then((answer) => {
    shapes = answer.features;
    const source = document.getElementById("attribution");
    if (source && answer.source) source.textContent = `Границы: ${answer.source.attribution}`;
    draw(box, legend, shapes, items, state, chosen);
  }, (error) => box.replaceChildren(el("p", { class: "notice warn" }, `Карту не удалось показать. ${error.message}`)));
  return { tools, body: [box, legend, el("p", { class: "small soft on-screen" }, "Приближают кнопки, колесо с Ctrl, два пальца и клавиши + и −; приближенную карту можно двигать. Стрелки ведут к соседнему региону, Enter открывает его.")] };
}

const keep = ({ measure, near, view }) => change({ measure: measure === "flights" ? "" : measure, part: near ? "near" : "", zoom: written(view) }, { silently: true });

const west = ({ geometry }) => {
  const points = (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).map((polygon) => polygon[0][0]);
  return Math.max(...points.map(([longitude]) => (longitude < 0 ? 360 : longitude)));
};

function draw(box, legend, shapes, items, state, chosen) {
  const { measure, near } = state;
  const { title, value, write, whole } = MEASURES[measure];
  const byCode = new Map(items.map((item) => [item.code, item]));
  const { east, north, middle } = near ? NEAR : ALL;
  const shown = shapes.filter((shape) => west(shape) < east || !near);
  const limits = classes(items.map(value), { whole });
  const { fit, height } = fitting(widened(bounds(shown.map((shape) => shape.geometry), middle, north), 1.3), WIDTH);
  const [areas, lines, marks, names] = [svg("g"), svg("g"), svg("g"), svg("g", { class: "names", "aria-hidden": "true" })];
  const rooms = [];
  const tip = el("div", { class: "tip", hidden: true });
  for (const shape of shown) {
    const item = byCode.get(shape.id);
    const { area, line, cut } = paths(shape.geometry, fit, middle);
    const fill = classOf(item ? value(item) : 0, limits);
    const place = svg("path", {
      class: `place fill-${fill}`, d: area, "data-code": shape.id, "data-class": fill, tabindex: areas.childElementCount ? -1 : 0, role: "link",
      "aria-label": `${shape.properties.name}. ${title}: ${item ? write(value(item)) : "нет данных"}`,
    });
    place.addEventListener("focus", () => point(middleOn(place, box), box, tip, shape, item));
    place.addEventListener("blur", () => { tip.hidden = true; });
    place.addEventListener("pointermove", (event) => point(event, box, tip, shape, item));
    place.addEventListener("pointerleave", () => { tip.hidden = true; });
    place.addEventListener("click", () => location.assign(link("/region", { code: shape.id }, COUNTING)));
    areas.append(place);
    // Halves that meet at the 180th meridian would show a hair between them.
    if (cut) areas.append(svg("path", { d: cut, class: `fill-${fill}`, style: `stroke: var(--step-${fill}); stroke-width: 1` }));
    lines.append(svg("path", { class: "line", d: line }));
    if (shape.id === chosen) marks.append(svg("path", { class: "chosen", d: line }));
    rooms.push({ name: shortName(shape.properties.name), ...roomiest(shape.geometry, fit, middle) });
  }
  const scene = svg("g", {}, areas, lines, marks);
  const picture = svg("svg", { class: "map", viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": `Карта регионов. ${title}. Те же числа есть в таблице регионов.` }, scene, names);
  box.replaceChildren(picture, tip);
  let later;
  const moved = (view, place) => {
    tip.hidden = true;
    state.view = view;
    label(names, rooms, place, view.times, WIDTH / picture.getBoundingClientRect().width);
    clearTimeout(later);
    later = setTimeout(() => picture.isConnected && keep(state), 250);
  };
  const zoom = zoomable(picture, scene, { width: WIDTH, height, start: state.view, moved });
  box.append(zoom.buttons);
  new ResizeObserver(zoom.again).observe(picture);
  picture.addEventListener("keydown", (event) => walk(event, areas, zoom.reveal));
  explain(legend, limits, write);
}

const ruler = document.createElement("canvas").getContext("2d");

/** Write the names that have room, the roomiest regions' first; a unit of the drawing is so many pixels of the screen. */
function label(group, rooms, place, times, unit) {
  const taken = [];
  ruler.font = `${LETTERS}px "Golos Text", sans-serif`;
  const texts = rooms.toSorted((one, other) => other.wide - one.wide).flatMap(({ name, x, y, wide }) => {
    const [half, tall] = [(ruler.measureText(name).width / 2 + 2) * unit, (LETTERS / 2 + 1) * unit];
    const [atX, atY] = place(x, y);
    const inside = atX > half && atX < WIDTH - half;
    const free = taken.every(([otherX, otherY, otherHalf]) => Math.abs(otherX - atX) > half + otherHalf || Math.abs(otherY - atY) > 2 * tall);
    if (2 * half > 1.1 * wide * times || !inside || !free) return [];
    taken.push([atX, atY, half]);
    return [svg("text", { x: atX.toFixed(1), y: (atY + 0.35 * LETTERS * unit).toFixed(1) }, name)];
  });
  group.style.fontSize = `${LETTERS * unit}px`;
  group.replaceChildren(...texts);
}

/** Where the middle of a region is on the screen, as a pointer there would say it. */
function middleOn(place, box) {
  const shown = place.getBoundingClientRect();
  return { clientX: shown.left + shown.width / 2, clientY: Math.max(shown.top + shown.height / 2, box.getBoundingClientRect().top) };
}

const TURNS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** Go to the nearest region in the direction of an arrow key; Enter opens the one that has the focus. */
function walk(event, areas, reveal) {
  const here = event.target.closest(".place");
  if (!here) return;
  if (event.key === "Enter") here.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  const turn = TURNS[event.key];
  if (!turn) return;
  event.preventDefault();
  const centre = (place) => { const box = place.getBBox(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  const [x, y] = centre(here);
  const far = (place) => {
    const [dx, dy] = [centre(place)[0] - x, centre(place)[1] - y];
    const along = dx * turn[0] + dy * turn[1];
    // What lies aside counts double, so that an arrow leads where it points.
    return along <= 0 ? Infinity : along + 2 * Math.abs(dx * turn[1] + dy * turn[0]);
  };
  const next = [...areas.querySelectorAll(".place")].reduce((best, each) => (far(each) < far(best) ? each : best), here);
  if (far(next) === Infinity) return;
  here.tabIndex = -1;
  next.tabIndex = 0;
  reveal(...centre(next));
  next.focus();
}

function point(event, box, tip, shape, item) {
  const at = box.getBoundingClientRect();
  const [x, y] = [event.clientX - at.left, event.clientY - at.top];
  tip.replaceChildren(el("strong", {}, shape.properties.name),
    ...(item ? [`Полётов: ${number(item.flights)}`, `На 1000 км²: ${number(item.density, 2)}`, `Налёт: ${hours(item.actual.total_minutes)}`] : ["Нет данных"]).map((line) => el("div", { class: "number" }, line)));
  tip.hidden = false;
  tip.style.left = `${Math.min(x + 14, at.width - tip.offsetWidth - 4)}px`;
  tip.style.top = `${Math.max(0, y - tip.offsetHeight - 10)}px`;
}

function explain(legend, limits, write) {
  const swatch = (step) => svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("rect", { width: 16, height: 16, class: `fill-${step}` }));
  const named = limits.map(({ first, last, unit }, index) => {
    const digits = unit === 1 ? 0 : unit === 0.1 ? 1 : 2;
    const text = first === last ? write(first, digits) : `${write(first, digits)}–${write(last, digits)}`;
    return el("li", {}, swatch(index + 1 + 5 - limits.length), text);
  });
  legend.replaceChildren(el("li", {}, swatch(0), "нет"), ...named);
}
