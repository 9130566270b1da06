// The country by regions: colour tells how much, the pointer tells the rest. The table beside it says the same in words.
import { get } from "./api.js";
import { COUNTING, link } from "./address.js";
import { choice, el, svg } from "./dom.js";
import { number, hours } from "./format.js";
import { bounds, fitting, MIDDLE, paths, widened } from "./projection.js";
import { classes, classOf } from "./scale.js";

const WIDTH = 960;
// The near view: regions that begin west of 56° E, up to 69.5° N (the islands beyond would halve its scale), 45° E upright.
const NEAR = { east: 56, north: 69.5, middle: 45 };
const ALL = { east: 360, north: 90, middle: MIDDLE };
const MEASURES = {
  flights: ["Полёты", (item) => item.flights, (value) => number(value)],
  density: ["На 1000 км²", (item) => item.density, (value) => number(value, value < 10 ? 1 : 0)],
  minutes: ["Налёт", (item) => item.actual.total_minutes, (value) => hours(value)],
};

/** Make the map of a ranking's items; `chosen` is a region's code to stand out. */
export function map(items, chosen = null) {
  const box = el("div", { class: "map-box" });
  const legend = el("ul", { class: "legend" });
  const state = { measure: "flights", near: false };
  const tools = el("div", { class: "downloads" },
    choice("measure", "Показатель карты", Object.entries(MEASURES).map(([key, [title]]) => [key, title]), "flights", (value) => redraw({ measure: value })),
    choice("view", "Часть страны", [["all", "Вся страна"], ["near", "Европейская часть"]], "all", (value) => redraw({ near: value === "near" })));
  let shapes = null;
  const redraw = (changed = {}) => {
    Object.assign(state, changed);
    if (shapes) draw(box, legend, shapes, items, state, chosen);
  };
  box.append(el("div", { class: "skeleton", style: "aspect-ratio: 960 / 510" }));
  get("/api/regions.geojson").then((told) => {
    shapes = told.features;
    const source = document.getElementById("attribution");
    if (source && told.source) source.textContent = `Границы: ${told.source.attribution}`;
    redraw();
  }, (error) => box.replaceChildren(el("p", { class: "notice warn" }, `Карту не удалось показать. ${error.message}`)));
  return { tools, body: [box, legend] };
}

const west = ({ geometry }) => {
  const points = (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).map((polygon) => polygon[0][0]);
  return Math.max(...points.map(([longitude]) => (longitude < 0 ? 360 : longitude)));
};

function draw(box, legend, shapes, items, { measure, near }, chosen) {
  const [title, value, write] = MEASURES[measure];
  const byCode = new Map(items.map((item) => [item.code, item]));
  const { east, north, middle } = near ? NEAR : ALL;
  const shown = shapes.filter((shape) => west(shape) < east || !near);
  const limits = classes(items.map(value));
  const { fit, height } = fitting(widened(bounds(shown.map((shape) => shape.geometry), middle, north), 1.3), WIDTH);
  const [areas, lines, marks] = [svg("g"), svg("g"), svg("g")];
  const tip = el("div", { class: "tip", hidden: true });
  for (const shape of shown) {
    const item = byCode.get(shape.id);
    const { area, line, cut } = paths(shape.geometry, fit, middle);
    const fill = classOf(item ? value(item) : 0, limits);
    const place = svg("path", { class: `place fill-${fill}`, d: area, "data-code": shape.id, "data-class": fill });
    place.addEventListener("pointermove", (event) => point(event, box, tip, shape, item));
    place.addEventListener("pointerleave", () => { tip.hidden = true; });
    place.addEventListener("click", () => location.assign(link("/region", { code: shape.id }, COUNTING)));
    areas.append(place);
    // Halves that meet at the 180th meridian would show a hair between them.
    if (cut) areas.append(svg("path", { d: cut, class: `fill-${fill}`, style: `stroke: var(--step-${fill}); stroke-width: 1` }));
    lines.append(svg("path", { class: "line", d: line }));
    if (shape.id === chosen) marks.append(svg("path", { class: "chosen", d: line }));
  }
  const picture = svg("svg", { class: "map", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": `Карта регионов. ${title}. Те же числа есть в таблице регионов.` }, areas, lines, marks);
  box.replaceChildren(picture, tip);
  explain(legend, limits, write);
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
  const named = limits.map((bound, index) => {
    const next = limits[index + 1];
    const text = next === undefined ? `от ${write(bound)}` : bound === 0 ? `до ${write(next)}` : `${write(bound)} – ${write(next)}`;
    return el("li", {}, swatch(index + 1 + 5 - limits.length), index === 0 && next === undefined ? "есть полёты" : text);
  });
  legend.replaceChildren(el("li", {}, swatch(0), "нет полётов"), ...named);
}
