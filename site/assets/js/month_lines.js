// Months of several regions as lines on one axis that begins at zero: the API's charts of months, laid over one another.
import { query } from "./address.js";
import { get } from "./api.js";

const SHAPES = ["circle", "square", "triangle-up", "diamond"];

/** Describe the chart; a month that the data do not hold whole is a hollow mark that no line leads to. */
export async function monthLines(regions, set, size) {
  const single = await Promise.all(regions.map(({ code }) => get(`/api/charts/months.json${query({ ...set, region: code, ...size })}`)));
  // The axis of the greatest holds them all.
  const reach = (each) => each.encoding.y.scale.domain[1];
  const { mark: _, data: __, encoding: { x, y }, ...base } = single.reduce((best, each) => (reach(each) > reach(best) ? each : best));
  const names = regions.map(({ name }) => name);
  const style = getComputedStyle(document.documentElement);
  const scale = { domain: names, range: names.map((name, index) => style.getPropertyValue(`--series-${index + 1}`).trim()) };
  const by = { field: "region", type: "nominal", title: null, sort: null, legend: { orient: "top", columns: size.width < 700 ? 1 : 2, labelLimit: size.width - 40 } };
  const values = regions.flatMap(({ name, answer }) => answer.months.map((each) => ({
    region: name, month: `${each.month}-01`, flights: each.flights, whole: each.complete ? each.flights : null,
  })));
  const tooltip = [
    { field: "region", type: "nominal", title: "регион" }, { field: "month", type: "temporal", timeUnit: "utcyearmonth", format: "%m.%Y", title: "месяц" },
    { field: "flights", type: "quantitative", format: ",d", title: "полётов" },
  ];
  return {
    ...base,
    description: "Полёты выбранных регионов по месяцам",
    data: { values },
    encoding: { x, color: { ...by, scale } },
    layer: [
      { mark: { type: "line", strokeWidth: 2 }, encoding: { y: { ...y, field: "whole" } } },
      {
        mark: { type: "point", size: 55, strokeWidth: 2, opacity: 1 },
        encoding: {
          y, tooltip, shape: { ...by, scale: { domain: names, range: SHAPES } }, fill: { ...by, scale },
          fillOpacity: { condition: { test: "datum.whole !== null", value: 1 }, value: 0 },
        },
      },
    ],
  };
}
