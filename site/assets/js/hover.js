// What a screen adds to a chart's description and paper does not need: numbers under the pointer.
const count = { field: "flights", type: "quantitative", format: ",d", title: "полётов" };
const TOLD = {
  months: [{ field: "month", type: "temporal", timeUnit: "utcyearmonth", format: "%m.%Y", title: "месяц" }, count],
  forecast: [{ field: "month", type: "temporal", timeUnit: "utcyearmonth", format: "%m.%Y", title: "месяц" }, { field: "kind", type: "nominal", title: "что это" }, count],
  hours: [{ field: "hour", type: "ordinal", title: "час" }, { field: "part", type: "nominal", title: "часть суток" }, count],
  week: [{ field: "weekday", type: "nominal", title: "день" }, { field: "hour", type: "ordinal", title: "час" }, count],
};

/** Give the description with tooltips; its numbers and its looks stay. */
export function hover(name, described) {
  if (TOLD[name]) {
    const encoding = { ...described.encoding, tooltip: TOLD[name] };
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
