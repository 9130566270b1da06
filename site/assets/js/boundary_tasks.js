// Tasks of boundaries: sending a file, rehearsing a set, putting it in force; each is followed to its end.
import { get, post } from "./api.js";
import { change, report } from "./boundary_report.js";
import { card, el } from "./dom.js";
import { bytes, moment } from "./format.js";

const POLL_MS = 2000;
const KINDS = { file: "Файл", address: "Сверка с адресом", rehearsal: "Проба", activation: "Ввод в действие" };
const BADGES = { requested: ["выполняется", "busy"], done: ["готово", "good"], refused: ["отказ", "bad"] };
const FIELDS = [
  ["name", "Название набора", "как в файле"], ["source", "Откуда границы, дата", "как в файле"], ["licence", "Лицензия", "как в файле"],
  ["attribution", "Подпись под картами", "как в файле"],
];

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Wait for a task's end and show it in a place; gives the task. */
export async function follow(task, place) {
  let current = task;
  place.replaceChildren(el("p", { class: "notice", role: "status" }, "Задание принято и начнётся в течение минуты; проверка набора страны занимает минуту-две. Страницу можно закрыть."));
  while (current.state === "requested") {
    await pause(POLL_MS);
    current = await get(`/api/region-sets/tasks/${task.id}`);
  }
  place.replaceChildren(...outcome(current));
  return current;
}

/** What came of a task, as elements. */
export function outcome(task) {
  if (task.error) return [el("p", { class: "notice bad", role: "alert" }, `${task.error.sentence} (${task.error.code})`)];
  if (task.same) return [el("p", { class: "notice" }, "По адресу те же границы, что действуют.")];
  return [task.report ? report(task.report) : [], task.change ? change(task.change, task.kind === "activation") : []].flat();
}

/** The form that sends a file; `ended` hears of the task that came to its end. */
export function sender(ended) {
  const fields = FIELDS.map(([name, title, hint]) => el("div", { class: "field" }, el("label", { for: `set-${name}` }, title), el("input", { id: `set-${name}`, name, type: "text", maxlength: 500, placeholder: hint })));
  const input = el("input", { type: "file", id: "set-file", class: "hidden-text", accept: ".geojson,.json,.gz,.zip,.gpkg", tabindex: -1 });
  const button = el("button", { class: "button main", type: "button", onclick: () => input.click() }, "Выбрать файл");
  const place = el("div", { id: "sent" });
  const form = el("form", { onsubmit: (event) => event.preventDefault() }, el("div", { class: "downloads" }, fields), el("label", { class: "hidden-text", for: "set-file" }, "Файл границ"), input, button);
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = "";
    button.disabled = true;
    try {
      ended(await follow(await send(file, new FormData(form)), place));
    } catch (error) {
      place.replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message));
    } finally {
      button.disabled = false;
    }
  });
  const note = "GeoJSON (можно .gz), GeoPackage или шейп-файл в .zip, в любой системе координат. Файл проверяется и хранится рядом с прежними; действовать он начинает, только когда вы это решите.";
  return card("Новый файл границ", { note }, form, place);
}

async function send(file, stated) {
  const described = Object.fromEntries([...stated].filter(([, value]) => typeof value === "string" && value.trim()));
  const { task, upload } = await post("/api/region-sets/files", { file_name: file.name, size: file.size, ...described });
  // The browser sets the length by itself and lets nobody else do it.
  const headers = Object.fromEntries(Object.entries(upload.headers).filter(([name]) => name.toLowerCase() !== "content-length"));
  const put = await fetch(upload.url, { method: upload.method, headers, body: file }).catch(() => null);
  if (!put?.ok) throw new Error("Файл не удалось передать в хранилище. Повторите отправку.");
  return task;
}

/** What a set would change, and the button that puts it in force. */
export function offer(set, ended) {
  const place = el("div", { "data-offer": set.id, "aria-live": "polite" });
  const yes = el("button", { class: "button main", type: "button", "data-activate": set.id }, `Ввести набор № ${set.id} в действие`);
  const run = async (path, after) => {
    try {
      const task = await follow(await post(`/api/region-sets/${set.id}/${path}`, {}), place);
      if (!task.error) after(task);
    } catch (error) {
      place.replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message));
    }
  };
  yes.addEventListener("click", () => {
    yes.remove();
    run("activation", ended);
  });
  run("rehearsal", () => place.append(el("p", {}, yes)));
  return card(`Что изменит набор № ${set.id}: ${set.name}`, {}, place);
}

/** The newest tasks, each with what came of it. */
export async function newest() {
  const { items } = await get("/api/region-sets/tasks");
  const rows = items.map((task) => {
    const [text, kind] = BADGES[task.state];
    const about = [task.file_name && `${task.file_name}, ${bytes(task.size)}`, task.set_id && `набор № ${task.set_id}`, `запросил: ${task.asked_by}`].filter(Boolean).join("; ");
    const head = [KINDS[task.kind], " ", el("span", { class: `badge ${kind}` }, text), ` ${moment(task.asked_at)}; ${about}`];
    return el("li", { "data-task": task.kind }, task.state === "requested" ? head : el("details", {}, el("summary", {}, head), outcome(task)));
  });
  return card("Задания", { note: "Последние пятьдесят: присланные файлы, сверки с адресом, пробы и вводы" }, rows.length ? el("ul", { class: "small", id: "tasks" }, rows) : el("p", { class: "soft" }, "Заданий ещё не было."));
}
