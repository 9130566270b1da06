// Sets of boundaries: which are stored, which is in force and whose subjects it holds, one set on a map; for administrators the
// ways to change it.
import { get } from "../api.js";
import { newest, offer, sender } from "../boundary_tasks.js";
import { card, el, svg } from "../dom.js";
import { moment, number } from "../format.js";
import { bounds, fitting, MIDDLE, paths, widened } from "../projection.js";
import { frame, lead } from "../shell.js";
import { failed, loading } from "../states.js";
import { sortable } from "../table.js";

const WIDTH = 960;

/** Make the card of a set. */
async function inFull(id) {
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

function list(sets, mayChange, look, consider) {
  const buttons = (set) => el("span", { class: "downloads" },
    el("button", { class: "button small-button", type: "button", "data-look": set.id, onclick: () => look(set.id) }, "Показать"),
    mayChange && !set.active && el("button", { class: "button small-button", type: "button", "data-consider": set.id, onclick: () => consider(set) }, "Ввести…"));
  const columns = [
    { key: "id", title: "№", number: true, value: (set) => set.id },
    { key: "name", title: "Набор", head: true, value: (set) => set.name, show: (set) => [set.name, set.active && [" ", el("span", { class: "badge good" }, "действует")]].flat().filter(Boolean) },
    { key: "regions", title: "Регионов", number: true, value: (set) => set.regions },
    { key: "loaded", title: "Сохранён", value: (set) => set.loaded_at, show: (set) => moment(set.loaded_at) },
    { key: "put", title: "Введён", value: (set) => set.activated_at ?? "", show: (set) => (set.activated_at ? `${moment(set.activated_at)}, ${set.activated_by}` : set.active ? "при установке" : "не вводился") },
    { key: "do", title: "Что сделать", show: buttons },
  ];
  return card("Сохранённые наборы", {}, sortable("Сохранённые наборы границ", columns, sets).element);
}

async function start() {
  const body = el("div", { class: "grid", id: "body" });
  document.getElementById("main").append(body);
  body.replaceChildren(...loading(220, 420));
  const view = el("div", { class: "grid", id: "view" });
  // A set that comes late must not take the place of what somebody has opened meanwhile.
  let openings = 0;
  const open = async (id) => {
    const opening = ++openings;
    const shown = await inFull(id);
    if (opening === openings) view.replaceChildren(shown);
  };
  const look = async (id) => {
    view.replaceChildren(...loading(420));
    try {
      await open(id);
    } catch (error) {
      view.replaceChildren(failed(error, () => look(id)));
    }
    view.scrollIntoView({ block: "start" });
  };
  try {
    const { items, may_change: mayChange } = await get("/api/region-sets");
    const again = () => { body.remove(); start(); };
    const consider = (set) => {
      openings += 1;
      view.replaceChildren(offer(set, again));
      view.scrollIntoView({ block: "start" });
    };
    const parts = [list(items, mayChange, look, consider), view];
    if (mayChange) parts.push(sender((task) => task.set_id && open(task.set_id)), await newest());
    body.replaceChildren(...parts);
    const active = items.find((set) => set.active);
    if (active) await open(active.id);
    else view.replaceChildren(el("p", { class: "notice warn" }, "Ни один набор границ не действует: полёты не отнесены к регионам."));
  } catch (error) {
    body.replaceChildren(failed(error, () => { body.remove(); start(); }));
    if (error.status === undefined) throw error;
  }
}

frame();
lead("Набор границ решает, в каком регионе был полёт; действует один. Продукт не выбирает между наборами: это решает администратор");
await start();
