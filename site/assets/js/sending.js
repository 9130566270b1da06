// Files on their way: announced, sent with progress, followed until their rows are in. Two at a time.
import { get, post, ApiError } from "./api.js";
import { card, el } from "./dom.js";
import { bytes, number } from "./format.js";
import { BADGES, outcome } from "./outcome.js";

const AT_ONCE = 2;
const POLL_MS = 700;
const STEPS = { announced: "Ждёт файла", received: "Получен", reading: "Чтение строк", writing: "Запись в базу", finished: "Готово" };
const DONE = new Set(["loaded", "duplicate", "failed", "expired", "withdrawn"]);

/** Make the list of files of this visit; `finished` hears of each that came to its end. */
export function sending(finished) {
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
