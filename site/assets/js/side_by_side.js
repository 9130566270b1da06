// Regions as columns of one table; where a screen is narrow, the name of each number stands above its values.
import { link, COUNTING } from "./address.js";
import { card, el, icon } from "./dom.js";
import { csv, save } from "./downloads.js";
import { explained } from "./terms.js";

/**
 * Make a card. A region: code, name; a row: name, `value` (a number for the file), `show` (what stands in the cell),
 * `term` of its definition, `unit` of the file's numbers.
 */
export function sideBySide(title, regions, rows, note = null) {
  // The roles are said because a narrow screen lays the rows out as grids, which takes a table's own away.
  const line = ({ name, term, value, show }) => el("tr", { role: "row" },
    el("th", { scope: "row", role: "rowheader" }, name, term && explained(term, name)),
    regions.map((region) => el("td", { role: "cell" }, show ? show(region) : String(value(region)))));
  const head = ({ code, name }, index) => el("th", { scope: "col", role: "columnheader" },
    el("span", { class: `swatch series-${index + 1}`, "aria-hidden": "true" }), el("a", { href: link("/region", { code }, COUNTING) }, name));
  const table = el("table", { class: "beside", role: "table", style: `--regions:${regions.length}` }, el("caption", { class: "hidden-text" }, title),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, el("th", { scope: "col", role: "columnheader" }, "Показатель"), regions.map(head))),
    el("tbody", { role: "rowgroup" }, rows.map(line)));
  return card(title, { note, tools: [file(title, regions, rows)] }, table);
}

function file(title, regions, rows) {
  const button = el("button", { class: "button small-button", type: "button" }, icon("down"), "CSV");
  button.addEventListener("click", () => {
    const lines = rows.map(({ name, unit, value }) => [unit ? `${name}, ${unit}` : name, ...regions.map(value)]);
    save(csv(["Показатель", ...regions.map(({ name }) => name)], lines), `${title}, ${regions.map(({ code }) => code).join(", ")}.csv`);
  });
  return el("div", { class: "downloads" }, button);
}
