// What became of a workbook: counts, rejects by code, the workbook to mend; sheets whose headings nobody knows, with a form that
// says what stands where; taking a wrong workbook back.
import { get, post } from "./api.js";
import { el } from "./dom.js";
import { download } from "./downloads.js";
import { number } from "./format.js";
import { sortable } from "./table.js";

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

const columnName = ({ column, title }) => (title === null ? `столбец ${letters(column)}` : `${letters(column)}: «${title}»`);

/** Name the headings that were found. */
function foundHeadings(headings) {
  return el("ul", { class: "problems" }, headings.map(({ sheet, row, columns }) =>
    el("li", {}, `Лист «${sheet}»${row ? `, строка ${row}` : ", строки заголовков нет"}: `, columns.map(columnName).join(", "))));
}

/**
 * Make the form; `send` gets what was said of each sheet, and the file where it has to be chosen anew (`needsFile`).
 * A sheet of which nothing is said is not read.
 */
function columnsForm(headings, send, needsFile) {
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
    return { column: found.column, select, field: el("div", { class: "field" }, el("label", {}, columnName(found), select)) };
  });
  const mapping = () => ({ sheet, row, columns: Object.fromEntries(selects.filter(({ select }) => select.value).map(({ column, select }) => [select.value, column])) });
  return { mapping, element: el("fieldset", {}, el("legend", {}, `Лист «${sheet}»`), el("div", { class: "filters" }, selects.map(({ field }) => field))) };
}

/** Words and colours of an upload's states. */
export const BADGES = {
  announced: ["Ждёт файла", ""], expired: ["Файл не пришёл", "warn"], processing: ["Обработка", "busy"],
  loaded: ["Загружена", "good"], duplicate: ["Уже загружена", "warn"], failed: ["Не загружена", "bad"],
  withdrawn: ["Отозвана", "warn"],
};

const COUNTS = [
  ["rows_in", "Строк"], ["flights_new", "Новых полётов"], ["flights_updated", "Обновлено"], ["flights_unchanged", "Без изменений"],
  ["rows_repeated", "Повторов"], ["rows_empty", "Пустых"], ["rows_rejected", "Не прочитано"], ["flights_outside", "Вне регионов"],
];

/**
 * Draw an upload in full; `may` says whether the person may have the rows themselves, `mayWithdraw` take the load back.
 * `again` sends the workbook anew with columns that the person names; `needsFile`: it has to be chosen anew for that.
 */
export function outcome(upload, may, { mayWithdraw = false, again = null, needsFile = true } = {}) {
  const parts = [];
  if (upload.state === "expired") parts.push(el("p", { class: "notice warn" }, "Файл не пришёл вовремя. Отправьте книгу ещё раз."));
  if (upload.state === "duplicate") parts.push(el("p", { class: "notice warn" }, "Эта же книга уже была загружена; числа — той загрузки. Ничего не изменилось."));
  if (upload.error) parts.push(el("p", { class: "notice bad" }, upload.error.sentence, " ", el("code", { class: "small" }, upload.error.code)));
  if (upload.unread_sheets?.length) parts.push(el("p", { class: "notice warn" }, `Не прочитаны листы с незнакомым заголовком: ${upload.unread_sheets.join(", ")}.`));
  if (upload.headings?.length) parts.push(el("p", {}, "Найдены заголовки, которых мы не знаем:"), foundHeadings(upload.headings), namingForm(upload, may && again, needsFile));
  if (upload.counts) {
    parts.push(el("dl", { class: "counts" }, COUNTS.filter(([name]) => name === "rows_in" || upload.counts[name] > 0).map(([name, title]) =>
      el("div", { "data-count": name }, el("dt", {}, title), el("dd", {}, number(upload.counts[name]))))));
  }
  if (upload.rejects?.length) parts.push(rejects(upload), places(upload), may ? mend(upload) : el("p", { class: "small soft" }, "Файл с самими строками может получить оператор."));
  if (upload.problems?.length) parts.push(grave(upload), doubts(upload));
  if (upload.state === "withdrawn") parts.push(el("p", { class: "notice warn" }, "Книга отозвана: её полётов в базе нет. Её можно прислать снова."));
  if (mayWithdraw && upload.counts) parts.push(withdrawal(upload.load_id));
  return el("div", { style: "display:grid;gap:.8rem" }, parts);
}

/** Sheets that headings did not tell can be read by columns that are named, whether other sheets are in or not. */
function namingForm(upload, again, needsFile) {
  return again && ["failed", "loaded"].includes(upload.state) ? columnsForm(upload.headings, again, needsFile) : null;
}

function rejects(upload) {
  const columns = [
    { key: "code", title: "Код", head: true, show: (item) => el("code", { class: "small" }, item.code) },
    { key: "meaning", title: "Что это значит", show: (item) => item.explanation },
    { key: "mend", title: "Как исправить", show: (item) => item.mend },
    { key: "rows", title: "Строк", number: true, show: (item) => number(item.rows) },
  ];
  return sortable(`Непрочитанные строки: ${upload.file_name}`, columns, upload.rejects).element;
}

const KINDS = { loss: "значение потеряно", doubt: "под сомнением", repair: "исправлено при чтении" };

/** Say at once what was lost or is doubted of the flights that went in: the commonest three, the rest below. */
function grave(upload) {
  const items = upload.problems.filter((item) => item.kind !== "repair").sort((one, other) => other.flights - one.flights);
  if (!items.length) return null;
  const named = items.slice(0, 3).map((item) => `${item.explanation.replace(/[.;].*$/s, "")} — ${number(item.flights)}`);
  return el("p", { class: "notice warn" }, `Загружено с замечаниями, полётов: ${named.join("; ")}${items.length > 3 ? "; другие — ниже" : ""}.`);
}

/** Problems of the flights that were read, by code: lost values first, then doubts, then repairs. */
function doubts(upload) {
  const columns = [
    { key: "code", title: "Код", head: true, show: (item) => el("code", { class: "small" }, item.code) },
    { key: "kind", title: "Вид", show: (item) => KINDS[item.kind] ?? item.kind },
    { key: "meaning", title: "Что это значит", show: (item) => item.explanation },
    { key: "mend", title: "Как исправить", show: (item) => item.mend },
    { key: "flights", title: "Полётов", number: true, show: (item) => el("a", { href: `/flights?problem=${encodeURIComponent(item.code)}` }, number(item.flights)) },
  ];
  const order = Object.keys(KINDS);
  const items = [...upload.problems].sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
  const kinds = (kind) => items.filter((item) => item.kind === kind).length;
  const parts = order.filter(kinds).map((kind) => `${KINDS[kind]} — ${kinds(kind)}`);
  return el("details", { class: "doubts" }, el("summary", {}, `Замечания к прочитанным полётам, видов: ${parts.join(", ")}`),
    sortable(`Замечания к прочитанным полётам: ${upload.file_name}`, columns, items).element);
}

/** Where the rejected rows stand in the workbook, asked for when somebody looks. */
function places(upload) {
  const body = el("div", {});
  const box = el("details", {}, el("summary", {}, "Листы и номера непрочитанных строк"), body);
  box.addEventListener("toggle", async () => {
    if (!box.open || body.childElementCount) return;
    try {
      const { items, next } = await get(`/api/uploads/${upload.id}/rejects?limit=200`);
      const columns = [
        { key: "sheet", title: "Лист", head: true, show: (item) => item.sheet }, { key: "row", title: "Строка", number: true, show: (item) => number(item.row) },
        { key: "why", title: "Что это значит", show: (item) => item.explanation },
      ];
      body.replaceChildren(sortable(`Непрочитанные строки по местам: ${upload.file_name}`, columns, items).element, next ? el("p", { class: "small soft" }, "Показаны первые 200; остальные — в файле с ошибками.") : "");
    } catch (error) {
      body.replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message));
    }
  });
  return box;
}

const mend = (upload) => el("div", { class: "downloads" },
  download(`/api/uploads/${upload.id}/rejects.xlsx`, "Скачать строки для исправления", `${upload.file_name.replace(/\.[^.]+$/, "")} - не прочитано.xlsx`, "button"),
  download(`/api/uploads/${upload.id}/source`, "Исходный файл с текстом строк", upload.file_name),
  el("span", { class: "small soft" }, "Исправьте строки и отправьте этот файл как новую книгу."));

const REASON_LONGEST = 500;

/** Make the button that asks what taking a load back would do, and then offers it. */
function withdrawal(load) {
  const box = el("div", { "data-withdrawal": load });
  const open = el("button", { class: "button quiet", type: "button" }, "Отозвать книгу…");
  open.addEventListener("click", () => tell(box, load, get(`/api/loads/${load}/withdrawal`)));
  box.append(open);
  return box;
}

async function tell(box, load, asking) {
  box.replaceChildren(el("span", { class: "soft", role: "status" }, "Считаю…"));
  try {
    const answer = await asking;
    if (answer.state === "requested") box.replaceChildren(el("p", { class: "notice warn", role: "status" }, "Отзыв запрошен: книга будет отозвана в течение минуты."));
    else if (answer.state === "done") box.replaceChildren(el("p", { class: "notice warn", role: "status" }, "Книга отозвана."));
    else box.replaceChildren(...question(box, load, answer));
  } catch (error) {
    box.replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message));
  }
}

function question(box, load, { preview, error }) {
  const reason = el("input", { type: "text", maxlength: REASON_LONGEST, "aria-label": "Причина отзыва", placeholder: "Причина, без имён" });
  const yes = el("button", { class: "button", type: "button", "data-yes": true }, "Отозвать");
  const no = el("button", { class: "button quiet", type: "button" }, "Отмена");
  yes.addEventListener("click", () => tell(box, load, post(`/api/loads/${load}/withdrawal`, { reason: reason.value.trim() || null })));
  no.addEventListener("click", () => box.replaceWith(withdrawal(load)));
  return [
    error && el("p", { class: "notice bad" }, error.sentence),
    el("p", { class: "notice warn", role: "alert" }, `Полётов исчезнет: ${number(preview.flights_gone)}; будет собрано заново по строкам других книг: ${number(preview.flights_rebuilt)}. Книгу можно будет прислать снова.`),
    el("div", { class: "downloads" }, reason, yes, no),
  ].filter(Boolean);
}
