// Charts: the API's Vega-Lite descriptions, drawn here by Vega, or taken drawn where Vega is not there.
import { query } from "./address.js";
import { ask, get } from "./api.js";
import { el } from "./dom.js";
import { download } from "./downloads.js";
import { skeleton } from "./states.js";
import { theme } from "./theme.js";

const count = { field: "flights", type: "quantitative", format: ",d", title: "полётов" };
const TOOLTIPS = {
  months: [{ field: "month", type: "temporal", timeUnit: "utcyearmonth", format: "%m.%Y", title: "месяц" }, count],
  forecast: [{ field: "month", type: "temporal", timeUnit: "utcyearmonth", format: "%m.%Y", title: "месяц" }, { field: "kind", type: "nominal", title: "что это" }, count],
  hours: [{ field: "hour", type: "ordinal", title: "час" }, { field: "part", type: "nominal", title: "часть суток" }, count],
  week: [{ field: "weekday", type: "nominal", title: "день" }, { field: "hour", type: "ordinal", title: "час" }, count],
};

/** Give the description with tooltips; its numbers and its looks stay. */
function withTooltips(name, described) {
  if (TOOLTIPS[name]) {
    const encoding = { ...described.encoding, tooltip: TOOLTIPS[name] };
    return { ...described, encoding };
  }
  if (name !== "daily") return described;
  // An area is one mark for all days, so each day gets a strip of its own that cannot be seen.
  const days = described.data.values.length || 1;
  const strip = {
    mark: { type: "rule", opacity: 0, strokeWidth: Math.max(2, described.width / days) },
    encoding: {
      x: described.layer[0].encoding.x,
      y: { value: 0 }, y2: { value: "height" },
      tooltip: [{ field: "day", type: "temporal", timeUnit: "utcyearmonthdate", format: "%d.%m.%Y", title: "день" }, count],
    },
  };
  return { ...described, layer: [...described.layer, strip] };
}

const NUMBERS = { decimal: ",", thousands: "\u00a0", grouping: [3], currency: ["", ""] };
const TIMES = {
  dateTime: "%A, %e %B %Y г. %X", date: "%d.%m.%Y", time: "%H:%M:%S", periods: ["AM", "PM"],
  days: ["воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"],
  shortDays: ["вс", "пн", "вт", "ср", "чт", "пт", "сб"],
  months: ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
  shortMonths: ["янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"],
};

let loaded;
function vega() {
  loaded ??= new Promise((resolve) => {
    const script = el("script", { src: "/assets/vendor/vega.js", async: true });
    script.addEventListener("load", () => resolve(window.vegaEmbed ?? null));
    script.addEventListener("error", () => resolve(null));
    document.head.append(script);
  });
  return loaded;
}

/** Make a chart of the API's by name; it follows the theme and its own width. */
export function chart(name, title, filters, height = 300) {
  const file = (suffix, text) => download(`/api/charts/${name}.${suffix}${query({ ...filters, width: 960, height })}`, text, `${title}.${suffix}`);
  const frame = followed(name, title, height, async (embed, picture, size) => {
    const values = { ...filters, ...size };
    return embed ? embedded(embed, picture, withTooltips(name, await get(`/api/charts/${name}.json${query(values)}`))) : drawn(picture, name, values);
  });
  frame.append(el("div", { class: "downloads saving" }, file("png", "PNG"), file("svg", "SVG")));
  return frame;
}

/** Make a chart of the page's own: `describe` gives Vega-Lite for a theme, a width and a height. */
export function ownChart(name, title, describe, height = 300) {
  return followed(name, title, height, async (embed, picture, size) => {
    if (!embed) throw new Error("Числа — в таблице под ней.");
    return embedded(embed, picture, await describe(size));
  });
}

function followed(name, title, height, make) {
  const picture = el("div", { role: "img", "aria-label": title });
  const box = el("figure", { class: "chart", style: `--chart-height:${height}px`, "data-chart": name }, picture);
  const frame = el("div", { class: "chart-frame" }, box);
  picture.append(skeleton(height));
  let width = 0;
  let view = null;
  const draw = async () => {
    if (!box.isConnected || !width) return;
    try {
      const embed = await vega();
      view?.finalize();
      view = await make(embed, picture, { theme: theme(), width: Math.min(1920, Math.max(200, width)), height });
    } catch (error) {
      if (!box.isConnected) return;
      picture.replaceChildren(el("p", { class: "notice warn" }, `Диаграмму не удалось показать. ${error.message}`));
    }
  };
  let later;
  new ResizeObserver(([entry]) => {
    const next = Math.floor(entry.contentRect.width);
    if (next === width) return;
    width = next;
    clearTimeout(later);
    later = setTimeout(draw, view ? 150 : 0);
  }).observe(box);
  const again = () => (box.isConnected ? draw() : document.removeEventListener("themechange", again));
  document.addEventListener("themechange", again);
  return frame;
}

async function embedded(embed, picture, described) {
  const inner = el("div", { "aria-hidden": "true" });
  // Which version of Vega-Lite the description was written for does not matter; without it there is nothing to warn of.
  const { $schema: _, ...description } = described;
  const { view } = await embed(inner, description, {
    mode: "vega-lite", actions: false, ast: true, renderer: "svg", logLevel: 0, formatLocale: NUMBERS, timeFormatLocale: TIMES,
    tooltip: { theme: "custom" },
  });
  picture.replaceChildren(inner);
  picture.dataset.drawn = "vega";
  return view;
}

async function drawn(picture, name, values) {
  const text = await (await ask(`/api/charts/${name}.svg${query(values)}`)).text();
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  parsed.setAttribute("aria-hidden", "true");
  picture.replaceChildren(document.importNode(parsed, true));
  picture.dataset.drawn = "server";
  return null;
}
