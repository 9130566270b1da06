// One region's outline with the latest flights in it as dots.
import { link, query } from "./address.js";
import { get } from "./api.js";
import { el, svg } from "./dom.js";
import { craft, times } from "./flight_words.js";
import { counted } from "./format.js";
import { bounds, fitting, middleOf, paths, project, widened } from "./projection.js";
import { skeleton } from "./states.js";
import { viewOf, zoomable } from "./zoom.js";

const WIDTH = 600;
const MOST = 1000;

/** Make the map; the filters say whose flights. */
export function dots(filters, code, name) {
  const box = el("div", {}, skeleton(300));
  draw(box, filters, code, name).catch((error) => box.replaceChildren(el("p", { class: "notice warn" }, `Карту не удалось показать. ${error.message}`)));
  return box;
}

async function draw(box, filters, code, name) {
  const [shapes, flights] = await Promise.all([get(`/api/regions.geojson${query({ detail: "high", region: code })}`), get(`/api/flights${query({ ...filters, limit: MOST })}`)]);
  const shape = shapes.features.find((feature) => feature.id === code);
  const placed = flights.features.filter((feature) => feature.geometry);
  if (!shape) {
    box.replaceChildren(el("p", { class: "notice" }, "Границы этого региона не загружены."));
    return;
  }
  const middle = middleOf(shape.geometry);
  const { fit, height } = fitting(widened(bounds([shape.geometry], middle), 1.5), WIDTH);
  const { area, line } = paths(shape.geometry, fit, middle);
  const points = placed.map(({ id, geometry, properties }) => {
    const [x, y] = fit(project(geometry.coordinates, middle));
    const dot = svg("circle", { cx: x.toFixed(2), cy: y.toFixed(2), r: 3 }, svg("title", {}, `${times(properties)[0]}, ${craft(properties)}`));
    dot.addEventListener("click", () => location.assign(link("/flights", { region: code, flight: id })));
    return dot;
  });
  const scene = svg("g", {}, svg("path", { class: "fill-0", d: area }), svg("path", { class: "line", d: line }), ...points);
  const picture = svg("svg", { class: "map", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": `${name}: места вылета последних полётов` }, scene);
  const { buttons } = zoomable(picture, scene, { width: WIDTH, height, start: viewOf(""), moved: () => {} });
  box.replaceChildren(el("div", { class: "map-box" }, picture, buttons), el("p", { class: "small soft" }, `${counted(placed.length, "точка", "точки", "точек")}${flights.next ? ", самые поздние полёты периода" : ", все полёты периода с известным местом"}. `,
    el("span", { class: "on-screen" }, "Нажмите на точку, чтобы открыть полёт. ", el("a", { href: link("/flights", { region: code }) }, "Все полёты списком и на карте"))));
}
