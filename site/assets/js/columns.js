// Sheets whose headings nobody knows: what was found on them, and a form in which the sender says what stands where.
import { el } from "./dom.js";

const FIELDS = [
  ["", "не читать"], ["center", "Центр ЕС ОрВД"], ["shr", "План (SHR)"], ["dep", "Вылет (DEP)"], ["arr", "Посадка (ARR)"],
  ["date", "Дата полёта"], ["callsign", "Рейс, позывной"], ["reg", "Бортовой номер"], ["uav_type", "Тип ВС"],
  ["dep_time", "Время вылета"], ["arr_time", "Время посадки"], ["dep_place", "Место вылета"], ["arr_place", "Место посадки"],
  ["dep_name", "Название места вылета"], ["arr_name", "Название места посадки"], ["route", "Район, маршрут, зона"],
  ["remarks", "Примечания"], ["owner", "Владелец"], ["eet", "EET"],
];

/** A column as Excel letters it, from 0. */
function letters(column) {
  const rest = Math.floor(column / 26) - 1;
  return (rest >= 0 ? letters(rest) : "") + String.fromCharCode(65 + (column % 26));
}

const named = ({ column, title }) => (title === null ? `столбец ${letters(column)}` : `${letters(column)}: «${title}»`);

/** Name the headings that were found. */
export function foundHeadings(headings) {
  return el("ul", { class: "problems" }, headings.map(({ sheet, row, columns }) =>
    el("li", {}, `Лист «${sheet}»${row ? `, строка ${row}` : ", строки заголовков нет"}: `, columns.map(named).join(", "))));
}

/**
 * Make the form; `send` gets what was said of each sheet, and the file where it has to be chosen anew (`needsFile`).
 * A sheet of which nothing is said is not read.
 */
export function columnsForm(headings, send, needsFile) {
  const sheets = headings.map(sheetFields);
  const file = needsFile && el("input", { type: "file", accept: ".xlsx,.ods,.csv", required: true, "aria-label": "Та же книга" });
  const complaint = el("p", { class: "notice bad", role: "alert", hidden: true });
  const form = el("form", { class: "columns-form" }, sheets.map((sheet) => sheet.element), complaint,
    el("div", { class: "downloads" }, file, el("button", { class: "button main", type: "submit" }, "Прочитать по этим столбцам")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const mappings = sheets.map((sheet) => sheet.mapping()).filter((sheet) => Object.keys(sheet.columns).length > 0);
    complaint.hidden = mappings.length > 0;
    complaint.textContent = "Укажите хотя бы столбец с планами (SHR), вылетами и посадками или временем и местом.";
    if (mappings.length) send(mappings, file ? file.files[0] : null);
  });
  return el("details", { open: true }, el("summary", {}, "Указать, что в каких столбцах"), form);
}

function sheetFields({ sheet, row, columns }) {
  const taken = new Set();
  const selects = columns.map((found) => {
    const guess = found.guess !== null && !taken.has(found.guess) ? found.guess : "";
    if (guess) taken.add(guess);
    const select = el("select", {}, FIELDS.map(([value, text]) => el("option", { value, selected: value === guess }, text)));
    return { column: found.column, select, field: el("div", { class: "field" }, el("label", {}, named(found), select)) };
  });
  const mapping = () => ({ sheet, row, columns: Object.fromEntries(selects.filter(({ select }) => select.value).map(({ column, select }) => [select.value, column])) });
  return { mapping, element: el("fieldset", {}, el("legend", {}, `Лист «${sheet}»`), el("div", { class: "filters" }, selects.map(({ field }) => field))) };
}
