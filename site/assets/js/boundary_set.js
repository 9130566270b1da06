// One stored set: its subjects in a table, its outlines on a map.
import { get } from "./api.js";
import { card, el, svg } from "./dom.js";
import { number } from "./format.js";
import { bounds, fitting, MIDDLE, paths, widened } from "./projection.js";
import { sortable } from "./table.js";

const WIDTH = 960;

/** Make the card of a set. */
export async function inFull(id) {
  const [full, shapes] = await Promise.all([get(`/api/region-sets/${id}`), get(`/api/region-sets/${id}/outlines`)]);
  const columns = [
    { key: "name", title: "Субъект", head: true, value: (row) => row.name },
    { key: "code", title: "Код", value: (row) => row.code ?? "", show: (row) => row.code ?? "нет" },
    { key: "zone", title: "Часовой пояс", value: (row) => row.time_zone },
    { key: "official", title: "Площадь официальная, км²", number: true, value: (row) => row.official_area_km2, show: (row) => number(row.official_area_km2) },
    { key: "area", title: "Площадь контура, км²", number: true, value: (row) => row.area_km2, show: (row) => number(row.area_km2) },
    { key: "catalogued", title: "В каталоге", value: (row) => Number(row.catalogued), show: (row) => (row.catalogued ? "да" : "нет, из файла") },
  ];
  const missing = full.missing.length > 0 && el("p", { class: "small soft", "data-missing": full.missing.length },
    `Субъекты каталога, которых в наборе нет (${number(full.missing.length)}): ${full.missing.join(", ")}. Полёты там считаются по стране и ни в одном регионе.`);
  const about = el("p", { class: "small soft" }, `${full.source}. ${full.licence}. На картах указывается: ${full.attribution}.`);
  return card(`Набор № ${id}: ${full.name}`, {}, about, picture(shapes.items, full.name),
    sortable(`Субъекты набора № ${id}`, columns, full.subjects).element, missing);
}

function picture(items, name) {
  const shapes = items.filter((item) => item.polygons.length).map((item) => ({
    name: item.name,
    geometry: { type: "MultiPolygon", coordinates: item.polygons.map((polygon) => polygon.map((ring) => ring.map(([lat, lon]) => [lon, lat]))) },
  }));
  if (!shapes.length) return el("p", { class: "soft" }, "Регионы слишком малы для карты.");
  const { fit, height } = fitting(widened(bounds(shapes.map((shape) => shape.geometry), MIDDLE), 1.3), WIDTH);
  const [areas, lines] = [svg("g"), svg("g")];
  shapes.forEach((shape, index) => {
    const { area, line } = paths(shape.geometry, fit, MIDDLE);
    areas.append(svg("path", { d: area, class: `fill-${index % 3}` }, svg("title", {}, shape.name)));
    lines.append(svg("path", { class: "line", d: line }));
  });
  const drawn = svg("svg", { class: "map", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": `Карта набора «${name}»: ${items.length} регионов; они же в таблице` }, areas, lines);
  return el("div", { class: "map-box" }, drawn);
}
