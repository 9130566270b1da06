// Tables that sort by any column; numbers stand to the right and under one another.
import { el } from "./dom.js";
import { csv, save } from "./downloads.js";

/**
 * Make a table. A column: title, `value` to sort by, `show` to write, `number` for figures, `head` for the row's name.
 * `sort` is a column's key with a minus for descending; `onsort` hears of a change. On a narrow screen each row is a card of
 * all its values; with `single` it stays a line, of its name and the one value that is sorted by, `beside` before any is.
 */
export function sortable(caption, columns, rows, { sort = null, onsort = () => {}, keep = () => true, single = false, beside = null } = {}) {
  const body = el("tbody");
  const heads = columns.map((column) => head(column, () => choose(column)));
  const table = el("table", { class: single ? "single" : columns.length > 3 ? "stack" : null }, el("caption", { class: "hidden-text" }, caption), el("thead", {}, el("tr", {}, heads)), body);
  const select = el("select", { "aria-label": `Упорядочить: ${caption}` }, columns.filter(({ value }) => value).map(({ key, title }) => el("option", { value: key }, title)));
  select.addEventListener("change", () => {
    by = null;
    choose(columns.find(({ key }) => key === select.value));
  });
  let by = sort;
  const choose = (column) => {
    const first = column.number ? "-" : "";
    by = by === `${first}${column.key}` ? `${first ? "" : "-"}${column.key}` : `${first}${column.key}`;
    fill();
    onsort(by);
  };
  const fill = () => {
    const key = by?.replace(/^-/, "");
    const column = columns.find((each) => each.key === key);
    const turn = by?.startsWith("-") ? -1 : 1;
    const sorted = column ? [...rows].sort((one, other) => turn * compare(column.value(one), column.value(other))) : rows;
    const alone = column?.number && column.key !== "rank" ? column : columns.find((each) => each.number && each.key !== "rank" && (!beside || each.key === beside));
    heads.forEach((cell, index) => {
      if (columns[index].key === key) cell.setAttribute("aria-sort", turn < 0 ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
      cell.classList.toggle("alone", columns[index] === alone);
    });
    // Of what stands beside the names the choice says what it is.
    if (single && (!key || key === "rank")) select.value = alone.key;
    else if (key) select.value = key;
    body.replaceChildren(...sorted.filter(keep).map((row) => el("tr", {}, columns.map((each) => cell(each, row, each === alone)))));
  };
  fill();
  const box = el("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": `Таблица: ${caption}` }, table);
  const narrow = table.className && el("label", { class: "field narrow-only" }, el("span", { class: "small soft" }, single ? "Показатель" : "Упорядочить по"), select);
  return { element: narrow ? el("div", { class: "table-frame" }, narrow, box) : box, refresh: fill };
}

function compare(one, other) {
  if (one === null || other === null) return one === other ? 0 : one === null ? -1 : 1;
  return typeof one === "string" ? one.localeCompare(other, "ru") : one - other;
}

function head(column, choose) {
  const button = column.value ? el("button", { class: "sort", type: "button", onclick: choose }, column.title) : column.title;
  return el("th", { scope: "col", class: column.number ? "right" : column.head ? "name" : null, title: column.note ?? null }, button);
}

function cell(column, row, alone) {
  const kind = [column.number ? "right" : column.class, alone && "alone"].filter(Boolean).join(" ");
  const shown = column.show ? column.show(row) : String(column.value(row));
  return column.head ? el("th", { scope: "row", class: kind || null }, shown) : el("td", { class: kind || null, "data-title": column.title }, shown);
}

/** A plain table of rows of text behind a summary: the numbers of a chart. */
export function numbers(caption, titles, rows) {
  // Columns of two letters fit a telephone side by side; of others each row is a card there.
  const stack = titles.length > 4 && titles.at(-1).length > 2;
  const table = el("table", { class: stack ? "stack" : null }, el("caption", { class: "hidden-text" }, caption),
    el("thead", {}, el("tr", {}, titles.map((title, index) => el("th", { scope: "col", class: index ? "right" : null }, title)))),
    el("tbody", {}, rows.map(([name, ...values]) => el("tr", {}, el("th", { scope: "row" }, name), values.map((value, index) => el("td", { class: "right", "data-title": titles[index + 1] }, value))))));
  const file = el("button", { type: "button", class: "button small-button", onclick: () => save(csv(titles, rows.map((row) => row.map(plain))), `${caption}.csv`) }, "CSV");
  return el("details", {}, el("summary", {}, "Числа таблицей"), el("div", { class: "downloads" }, file), el("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": `Таблица: ${caption}` }, table));
}

// Written numbers have narrow blanks between thousands, which a spreadsheet would take for text.
const plain = (text) => (/^[−+]?[\d\s\u00a0\u202f]+(,\d+)?$/.test(text) ? text.replace(/[\s\u00a0\u202f]/g, "").replace("−", "-") : text);

/** Ranked bars as a table: name, bar, number, share; a row may have a link. `stacked` puts the bar under the name,
 * `full` is what the longest bar stands for, where that is not the first of them. */
export function bars(caption, titles, rows, { stacked = false, full = null } = {}) {
  if (!rows.length) return el("p", { class: "notice" }, "Таких нет.");
  const most = full ?? Math.max(1, ...rows.map((row) => row.count));
  const bar = (count) => count > 0 && el("span", { class: "bar", style: `width:${(100 * count) / most}%`, "aria-hidden": "true" });
  const line = ({ name, href, count, texts }) => el("tr", {},
    el("th", { scope: "row" }, href ? el("a", { href }, name) : name, stacked && bar(count)),
    !stacked && el("td", { class: "bar-cell" }, bar(count)),
    texts.map((text) => el("td", { class: "right" }, text)));
  const [first, ...rest] = titles;
  const heads = [el("th", { scope: "col" }, first), !stacked && el("td"), ...rest.map((title) => el("th", { scope: "col", class: "right" }, title))];
  return el("div", { class: "table-box" }, el("table", { class: stacked ? "bars stacked" : "bars" },
    el("caption", { class: "hidden-text" }, caption), el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows.map(line))));
}
