// The map of flights: MapLibre over the regions' own outlines. Up to MOST flights are points that open a card; more come
// as vector tiles, counted by cells.
import { query } from "./address.js";
import { ask, config, get } from "./api.js";
import { el } from "./dom.js";
import { counted } from "./format.js";
import { theme } from "./theme.js";

/** How many flights are drawn one by one. */
export const MOST = 4000;
const PAGE = 2000;
const TILED = ["from", "to", "region", "type", "days", "state"];
const START = { bounds: [[19, 41], [191, 78]], fitBoundsOptions: { padding: 8 } };
const colours = () => {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  return { land: colour("--step-0"), border: colour("--strong-line"), water: colour("--surface"), dot: colour("--bar"), ink: colour("--ink"), focus: colour("--focus") };
};

let library;
/** MapLibre, fetched by the first map alone; null where the browser draws no WebGL. */
function maplibre() {
  library ??= (async () => {
    if (!document.createElement("canvas").getContext("webgl2")) return null;
    document.head.append(el("link", { rel: "stylesheet", href: "/assets/vendor/maplibre-gl.css" }));
    const loaded = await import("/assets/vendor/maplibre-gl.js");
    loaded.setWorkerUrl("/assets/vendor/maplibre-gl-worker.js");
    // Tiles are asked for as everything else is, with the caller's credentials.
    loaded.addProtocol("flights", async ({ url }, abort) => ({ data: await (await ask(url.replace("flights://", "/"), { signal: abort.signal })).arrayBuffer() }));
    return loaded;
  })();
  return library;
}

async function style() {
  const { land, border, water } = colours();
  const [{ map_tiles: base }, shapes] = await Promise.all([config(), get("/api/regions.geojson")]);
  const source = document.getElementById("attribution");
  if (source && shapes.source) source.textContent = `Границы: ${shapes.source.attribution}`;
  const raster = base?.url && { base: { type: "raster", tiles: [base.url], tileSize: 256, attribution: base.attribution ?? "" } };
  return {
    version: 8,
    sources: { regions: { type: "geojson", data: shapes }, ...raster },
    layers: [
      { id: "water", type: "background", paint: { "background-color": water } },
      ...(raster ? [{ id: "base", type: "raster", source: "base" }] : [{ id: "land", type: "fill", source: "regions", paint: { "fill-color": land } }]),
      { id: "borders", type: "line", source: "regions", paint: { "line-color": border, "line-width": 0.8 } },
    ],
  };
}

const size = (count) => ["interpolate", ["linear"], ["sqrt", count], 1, 4, 30, 16, 200, 34];

/**
 * Make the map. `open` is called with a flight's key, `choose` with a box "west,south,east,north".
 * The element has a method `show(wanted, total)`: draw the flights that a query of the API names.
 */
export function flightMap({ open, choose }) {
  const canvas = el("div", { class: "flight-map", role: "region", "aria-label": "Карта полётов; те же полёты стоят в списке под ней" });
  const note = el("p", { class: "small soft", role: "status" });
  const draw = el("button", { type: "button", class: "button small-button", "aria-pressed": "false" }, "Обвести область");
  const seen = el("button", { type: "button", class: "button small-button" }, "Только что видно на карте");
  const element = el("div", {}, el("div", { class: "downloads" }, draw, seen), canvas, note);
  let made = null;
  const map = () => (made ??= make(canvas, { open, choose, note }));
  draw.addEventListener("click", async () => (await map())?.outline(draw));
  seen.addEventListener("click", async () => {
    const box = (await map())?.bounds();
    if (box) choose(box);
  });
  const failed = (error) => {
    if (error.name !== "AbortError") note.replaceChildren(`Карту не удалось показать. ${error.message ?? ""}`);
  };
  return {
    element,
    show: async (selection, total) => {
      try {
        const ready = await map();
        if (ready) await ready.show(selection, total);
        else canvas.replaceChildren(el("p", { class: "notice" }, "Этот браузер не рисует карт (нет WebGL). Те же полёты — в списке ниже."));
      } catch (error) {
        failed(error);
      }
    },
  };
}

async function make(canvas, { open, choose, note }) {
  const library_ = await maplibre();
  if (!library_) return null;
  const { Map: Drawn, NavigationControl, Popup, ScaleControl } = library_;
  const map = new Drawn({ container: canvas, style: await style(), ...START, attributionControl: { compact: true }, dragRotate: false, maxZoom: 17, locale: LOCALE });
  map.addControl(new NavigationControl({ showCompass: false }));
  map.addControl(new ScaleControl());
  map.keyboard.enable();
  await new Promise((resolve) => { map.once("load", resolve); });
  let turn = 0;
  let shown = null;
  const clear = () => {
    for (const layer of ["points", "clusters", "cells"]) if (map.getLayer(layer)) map.removeLayer(layer);
    if (map.getSource("flights")) map.removeSource("flights");
  };
  const dots = (id, extra, count) => {
    const { dot, water } = colours();
    return { id, source: "flights", type: "circle", ...extra, paint: { "circle-color": dot, "circle-opacity": 0.7, "circle-stroke-color": water, "circle-stroke-width": 1, "circle-radius": count ? size(count) : 5 } };
  };
  const points = (features) => {
    clear();
    map.addSource("flights", { type: "geojson", data: { type: "FeatureCollection", features }, cluster: true, clusterRadius: 36, clusterMaxZoom: 13 });
    map.addLayer(dots("clusters", { filter: ["has", "point_count"] }, ["get", "point_count"]));
    map.addLayer(dots("points", { filter: ["!", ["has", "point_count"]] }));
  };
  const cells = (selection) => {
    clear();
    const set = Object.fromEntries(TILED.filter((name) => selection[name] && !(name === "state" && selection[name] === "counted")).map((name) => [name, selection[name]]));
    map.addSource("flights", { type: "vector", tiles: [`flights://api/tiles/{z}/{x}/{y}.mvt${query(set)}`], maxzoom: 14 });
    map.addLayer(dots("cells", { "source-layer": "flights" }, ["get", "flights"]));
  };
  const tip = new Popup({ closeButton: false, closeOnClick: false });
  for (const [layer, text] of [["clusters", ({ point_count: count }) => counted(count, "полёт", "полёта", "полётов")], ["cells", ({ flights }) => counted(flights, "полёт", "полёта", "полётов")], ["points", ({ label }) => label]]) {
    map.on("mousemove", layer, ({ features, lngLat }) => {
      map.getCanvas().style.cursor = "pointer";
      tip.setLngLat(lngLat).setText(text(features[0].properties)).addTo(map);
    });
    map.on("mouseleave", layer, () => {
      map.getCanvas().style.cursor = "";
      tip.remove();
    });
  }
  map.on("click", "points", ({ features }) => open(features[0].properties.key));
  map.on("click", "clusters", async ({ features }) => {
    const { cluster_id: id } = features[0].properties;
    const zoom = await map.getSource("flights").getClusterExpansionZoom(id);
    const leaves = zoom > 13 ? await map.getSource("flights").getClusterLeaves(id, 1, 0) : [];
    // Flights of one place never come apart, so the list tells them.
    if (leaves.length) choose(around(features[0].geometry.coordinates, 0.001, 0.001));
    else map.easeTo({ center: features[0].geometry.coordinates, zoom });
  });
  map.on("click", "cells", ({ features }) => {
    const cell = 360 / 2 ** Math.min(14, Math.floor(map.getZoom())) / 64;
    const [lon, lat] = features[0].geometry.coordinates;
    choose(around([lon, lat], cell / 2, (cell / 2) * Math.cos((lat * Math.PI) / 180)));
  });
  document.addEventListener("themechange", async () => {
    map.setStyle(await style());
    map.once("styledata", () => shown && shown());
  });
  const show = async (selection, total) => {
    const mine = ++turn;
    if (total > MOST && !selection.bbox && tiled(selection)) {
      shown = () => cells(selection);
      shown();
      note.textContent = `Кружки — полёты рядом друг с другом, всего ${counted(total, "полёт", "полёта", "полётов")}. Нажмите на кружок, чтобы увидеть их списком.`;
      return;
    }
    const { features, more } = await gathered(selection, () => mine === turn);
    if (mine !== turn) return;
    shown = () => points(features);
    shown();
    const without = more ? "" : total - features.length > 0 ? ` Без места: ${total - features.length}.` : "";
    note.textContent = `${more ? `Показаны ${counted(features.length, "полёт", "полёта", "полётов")} из ${total}: сузьте условия, чтобы увидеть все.` : `На карте ${counted(features.length, "полёт", "полёта", "полётов")}.`}${without} Нажмите на точку, чтобы открыть карточку.`;
    if (features.length && (selection.region || selection.bbox || features.length < 200)) fit(map, library_, features);
  };
  return { show, bounds: () => boxOf(map.getBounds()), outline: (button) => outline(map, canvas, button, choose) };
}

const LOCALE = {
  "NavigationControl.ZoomIn": "Приблизить", "NavigationControl.ZoomOut": "Отдалить", "Map.Title": "Полотно карты", "AttributionControl.ToggleAttribution": "Источники карты",
  "Popup.Close": "Закрыть", "ScaleControl.Meters": "м", "ScaleControl.Kilometers": "км",
};
/** Whether tiles can show what is asked for: they know no other filters. */
const tiled = (selection) => Object.keys(selection).every((name) => TILED.includes(name)) && ["counted", "flown", undefined].includes(selection.state);
const degrees = (value, most) => Math.max(-most, Math.min(most, value)).toFixed(5);
const around = ([lon, lat], dx, dy) => [degrees(lon - dx, 180), degrees(lat - dy, 90), degrees(lon + dx, 180), degrees(lat + dy, 90)].join(",");
const turned = (longitude) => ((((longitude + 180) % 360) + 360) % 360) - 180;
function boxOf(bounds) {
  const wide = bounds.getEast() - bounds.getWest() >= 360;
  return [degrees(wide ? -180 : turned(bounds.getWest()), 180), degrees(bounds.getSouth(), 90), degrees(wide ? 180 : turned(bounds.getEast()), 180), degrees(bounds.getNorth(), 90)].join(",");
}

async function gathered(selection, still) {
  const features = [];
  let cursor = null;
  do {
    const page = await get(`/api/flights${query({ ...selection, limit: PAGE, cursor })}`);
    for (const { id, geometry, properties } of page.features) {
      if (geometry) features.push({ type: "Feature", geometry, properties: { key: id, label: `${properties.day ?? "без даты"}, ${properties.region_name ?? "без региона"}` } });
    }
    cursor = page.next;
  } while (cursor && features.length < MOST && still());
  return { features, more: cursor !== null };
}

function fit(map, { LngLatBounds }, features) {
  // East of the 180th meridian goes on from 180, so that Chukotka does not span the world.
  const places = features.map(({ geometry: { coordinates: [lon, lat] } }) => [lon < -30 ? lon + 360 : lon, lat]);
  const bounds = places.reduce((box, place) => box.extend(place), new LngLatBounds(places[0], places[0]));
  map.fitBounds(bounds, { padding: 40, maxZoom: 11, animate: false });
}

/** Let a box be drawn with the pointer; a second press of the button, or Escape, ends it. */
function outline(map, canvas, button, choose) {
  const box = el("div", { class: "outline", hidden: true });
  canvas.append(box);
  let start = null;
  const end = () => {
    map.dragPan.enable();
    button.setAttribute("aria-pressed", "false");
    box.remove();
    for (const [name, handler] of Object.entries(handlers)) canvas.removeEventListener(name, handler, true);
    removeEventListener("keydown", escape);
    canvas.style.cursor = "";
  };
  const escape = (event) => event.key === "Escape" && end();
  const at = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  const handlers = {
    pointerdown: (event) => {
      if (event.target.closest(".maplibregl-control-container")) return;
      start = at(event);
      event.preventDefault();
      event.stopPropagation();
    },
    pointermove: (event) => {
      if (!start) return;
      const [x, y] = at(event);
      box.hidden = false;
      box.style.cssText = `left:${Math.min(x, start[0])}px;top:${Math.min(y, start[1])}px;width:${Math.abs(x - start[0])}px;height:${Math.abs(y - start[1])}px`;
    },
    pointerup: (event) => {
      if (!start) return;
      const [x, y] = at(event);
      const corners = [start, [x, y]].map((point) => map.unproject(point));
      const moved = Math.hypot(x - start[0], y - start[1]) > 5;
      end();
      if (moved) {
        const [lons, lats] = [corners.map(({ lng }) => lng).sort((one, other) => one - other), corners.map(({ lat }) => lat).sort((one, other) => one - other)];
        choose([degrees(turned(lons[0]), 180), degrees(lats[0], 90), degrees(turned(lons[1]), 180), degrees(lats[1], 90)].join(","));
      }
    },
  };
  if (button.getAttribute("aria-pressed") === "true") return;
  button.setAttribute("aria-pressed", "true");
  map.dragPan.disable();
  canvas.style.cursor = "crosshair";
  for (const [name, handler] of Object.entries(handlers)) canvas.addEventListener(name, handler, true);
  addEventListener("keydown", escape);
}
