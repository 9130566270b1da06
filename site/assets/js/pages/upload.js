// Sending workbooks and what became of them: files on their way (two at a time, followed until their rows are in), and the
// uploads of everybody, the newest first.
import { change, parameters, query } from "../address.js";
import { ApiError, get, post } from "../api.js";
import { card, el, icon } from "../dom.js";
import { bytes, moment, number } from "../format.js";
import { BADGES, outcome } from "../outcome.js";
import { frame, lead } from "../shell.js";
import { failed, loading, toast } from "../states.js";

const AT_ONCE = 2;
const POLL_MS = 700;
const STEPS = { announced: "Ждёт файла", received: "Получен", reading: "Чтение строк", writing: "Запись в базу", finished: "Готово" };
const DONE = new Set(["loaded", "duplicate", "failed", "expired", "withdrawn"]);

/** Make the list of files of this visit; `finished` hears of each that came to its end. */
function sending(finished) {
  const list = el("div");
  const element = card("Отправленные сейчас", {}, list);
  element.hidden = true;
  const waiting = [];
  let running = 0;
  const next = () => {
    while (running < AT_ONCE && waiting.length) {
      running += 1;
      waiting.shift()().finally(() => {
        running -= 1;
        finished();
        next();
      });
    }
  };
  const send = (files, columns = []) => {
    for (const file of files) {
      const line = row(file);
      list.prepend(line.element);
      waiting.push(() => carry(file, line, columns, send));
    }
    element.hidden = list.childElementCount === 0;
    next();
  };
  addEventListener("beforeunload", (event) => {
    if (list.querySelector('[data-state="sending"]')) event.preventDefault();
  });
  return { element, send };
}

function row(file) {
  const badge = el("span", { class: "badge" }, "В очереди");
  const bar = el("progress", { max: 100, value: 0, "aria-label": `Ход отправки ${file.name}` });
  const note = el("span", { class: "small soft number", role: "status" });
  const body = el("div");
  const element = el("article", { class: "sent", "data-file": file.name }, el("div", { class: "sent-head" }, el("strong", {}, file.name), badge, el("span", { class: "small soft" }, bytes(file.size)), note), bar, body);
  const show = (state, text, percent, progress = "") => {
    element.dataset.state = state;
    badge.className = `badge ${BADGES[state]?.[1] ?? "busy"}`;
    badge.textContent = text;
    bar.hidden = percent === null;
    if (percent === undefined) bar.removeAttribute("value");
    else if (percent !== null) bar.value = percent;
    note.textContent = progress;
  };
  return { element, show, body };
}

async function carry(file, line, columns, send) {
  if (file.size === 0) {
    line.show("failed", "Не отправлен", null);
    line.body.replaceChildren(el("p", { class: "notice bad", role: "alert" }, "Файл пуст: в нём 0 байт. Откройте книгу, сохраните её ещё раз и отправьте."));
    return;
  }
  try {
    line.show("sending", "Отправка", 0);
    const announced = await post("/api/uploads", { file_name: file.name, size: file.size, content_type: file.type, columns });
    await put(file, announced.upload, (part) => line.show("sending", "Отправка", part, `${Math.round(part)} %`));
    await follow(announced.id, line, (named) => send([file], named));
  } catch (error) {
    line.show("failed", "Не отправлен", null);
    line.body.replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message));
    if (!(error instanceof ApiError)) throw error;
  }
}

function put(file, { url, method, headers }, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) {
      // The browser sets the length by itself and lets nobody else do it.
      if (name.toLowerCase() !== "content-length") request.setRequestHeader(name, value);
    }
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress((100 * event.loaded) / event.total));
    // The address takes one file: 412 says that it has come already, by a try whose answer was lost.
    request.addEventListener("load", () => (request.status < 300 || request.status === 412 ? resolve() : reject(new ApiError(request.status, { detail: `Хранилище не приняло файл (${request.status}). Отправьте его ещё раз.` }))));
    request.addEventListener("error", () => reject(new ApiError(0, { detail: "Файл не дошёл до хранилища. Проверьте связь и отправьте его ещё раз." })));
    request.send(file);
  });
}

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

async function follow(id, line, again) {
  for (let misses = 0; ;) {
    try {
      const upload = await get(`/api/uploads/${id}`);
      misses = 0;
      if (DONE.has(upload.state)) {
        line.show(upload.state, BADGES[upload.state][0], null);
        line.body.replaceChildren(outcome(upload, true, { again, needsFile: false }));
        return;
      }
      const { rows_read: read, rows_total: total } = upload.progress;
      line.show("processing", STEPS[upload.step], total ? (100 * read) / total : undefined, total ? `${number(read)} из ${number(total)} строк` : "");
    } catch (error) {
      // A file that has arrived will be read whether or not anybody watches.
      misses += 1;
      if (misses > 8 || error.status === 401) throw error;
    }
    await pause(POLL_MS * (1 + misses));
  }
}

const PAGE = 20;
const STATES = [["", "Все"], ...["loaded", "failed", "processing", "duplicate", "withdrawn"].map((state) => [state, BADGES[state][0]]), ["announced", "Файла нет"]];
const SENDERS = [["", "Все"], ["true", "Только мои"]];

/** Make the list; `send` sends a file with named columns, `refresh` shows it and tells whether the person may send workbooks and fetch rejected rows. */
function uploadHistory(send) {
  const body = el("tbody");
  const more = el("button", { class: "button", type: "button", hidden: true }, "Показать ещё");
  const none = el("p", { class: "soft", role: "status", hidden: true });
  const heads = ["Файл", "Состояние", "Кто", "Отправлен", "Размер", "Строк", "Новых полётов", "Обновлено", "Не прочитано"];
  const table = el("table", { class: "stack" }, el("caption", { class: "hidden-text" }, "История загрузок"),
    el("thead", {}, el("tr", {}, heads.map((title, index) => el("th", { scope: "col", class: index > 3 ? "right" : null }, title)))), body);
  const box = el("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": "История загрузок" }, table);
  // The address keeps the choice under names of its own: "state" there is that of flights.
  const narrowed = (name, label, list) => {
    const select = el("select", { id: `history-${name}` }, list.map(([value, text]) => el("option", { value, selected: value === parameters().get(name) }, text)));
    select.addEventListener("change", () => {
      change({ [name]: select.value }, { silently: true });
      load(null).catch((error) => toast(error.message));
    });
    return { select, field: el("div", { class: "field" }, el("label", { for: select.id }, label), select) };
  };
  const [state, mine] = [narrowed("upload_state", "Состояние", STATES), narrowed("mine", "Кто отправил", SENDERS)];
  const element = card("История", { tools: [el("div", { class: "downloads" }, state.field, mine.field)] }, none, box, more);
  element.id = "history";
  let following = null;
  const load = async (cursor) => {
    const set = { state: state.select.value, mine: mine.select.value };
    const answer = await get(`/api/uploads${query({ limit: PAGE, cursor, ...set })}`);
    // Another choice was made meanwhile, and its answer is the one to show.
    if (set.state !== state.select.value || set.mine !== mine.select.value) return answer.may_send;
    if (!cursor) body.replaceChildren();
    body.append(...answer.items.flatMap((item) => rows(item, answer, send)));
    following = answer.next;
    more.hidden = following === null;
    box.hidden = body.childElementCount === 0;
    none.hidden = !box.hidden;
    none.textContent = set.state || set.mine ? "Таких книг нет." : "Книг ещё не было.";
    return answer.may_send;
  };
  more.addEventListener("click", () => load(following).catch((error) => toast(error.message)));
  return { element, refresh: () => load(null) };
}

function rows(item, { may_send: may, may_withdraw: mayWithdraw }, send) {
  const inner = el("td", { colspan: 9 });
  const opened = el("tr", { hidden: true }, inner);
  const toggle = el("button", { class: "button quiet", type: "button", "aria-expanded": "false", style: "padding:0;min-height:0;text-align:left" }, item.file_name);
  toggle.addEventListener("click", async () => {
    const open = toggle.getAttribute("aria-expanded") !== "true";
    toggle.setAttribute("aria-expanded", String(open));
    opened.hidden = !open;
    if (!open || inner.childElementCount) return;
    inner.append(el("span", { class: "soft", role: "status" }, "Загрузка…"));
    try {
      inner.replaceChildren(outcome(await get(`/api/uploads/${item.id}`), may, { mayWithdraw, again: (columns, file) => send([file], columns) }));
    } catch (error) {
      inner.replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message));
    }
  });
  const [word, colour] = BADGES[item.state];
  // Of a workbook that was there before, the numbers are those of its load; this time nothing was added.
  const again = item.state === "duplicate";
  const cell = (title, value, kind = null) => el("td", { class: kind, "data-title": title }, value);
  const count = (title, name) => cell(title, again && name.startsWith("flights_") ? "0" : number(item.counts?.[name]), "right");
  const line = el("tr", { "data-upload": item.id }, el("th", { scope: "row" }, toggle), cell("Состояние", el("span", { class: `badge ${colour}` }, word)),
    cell("Кто", item.mine ? "вы" : "другой оператор"), cell("Отправлен", moment(item.announced_at)), cell("Размер", bytes(item.size), "right"),
    count("Строк", "rows_in"), count("Новых полётов", "flights_new"), count("Обновлено", "flights_updated"), count("Не прочитано", "rows_rejected"));
  return [line, opened];
}

function drop(send) {
  const input = el("input", { type: "file", id: "files", class: "hidden-text", multiple: true, accept: ".xlsx,.ods,.csv" });
  const button = el("button", { class: "button main", type: "button", onclick: () => input.click() }, "Выбрать файлы");
  const area = el("section", { class: "drop", "aria-label": "Отправка книг" }, icon("up"), el("h2", {}, "Перетащите книги сюда"),
    el("p", { class: "soft" }, "Excel (.xlsx), OpenDocument (.ods) или .csv с телеграммами SHR, DEP, ARR; можно несколько сразу"),
    el("label", { class: "hidden-text", for: "files" }, "Файлы книг"), input, button);
  input.tabIndex = -1;
  input.addEventListener("change", () => {
    send([...input.files]);
    input.value = "";
  });
  const over = (on) => (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    area.classList.toggle("over", on);
  };
  // A file that misses the area would otherwise open in place of the page.
  for (const name of ["dragenter", "dragover"]) document.addEventListener(name, over(true));
  document.addEventListener("dragleave", (event) => event.relatedTarget === null && area.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    over(false)(event);
    send([...event.dataTransfer.files]);
  });
  return area;
}

async function start() {
  const body = el("div", { class: "grid", id: "body" });
  document.getElementById("main").append(body);
  body.replaceChildren(...loading(220, 320));
  try {
    let queue = null;
    const past = uploadHistory((files, columns) => queue.send(files, columns));
    const parts = [past.element];
    if (await past.refresh()) {
      queue = sending(() => past.refresh());
      parts.unshift(drop(queue.send), queue.element);
    } else {
      parts.unshift(el("p", { class: "notice", id: "may-not" }, "Отправлять книги может оператор. У вашей учётной записи есть права только на просмотр; за ролью оператора обратитесь к администратору."));
    }
    body.replaceChildren(...parts);
  } catch (error) {
    body.replaceChildren(failed(error, () => { body.remove(); start(); }));
    if (error.status === undefined) throw error;
  }
}

frame();
lead("Строки книг становятся полётами; что не прочитано, возвращается файлом для исправления");
await start();
