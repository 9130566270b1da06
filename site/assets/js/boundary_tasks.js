// Tasks of boundaries: sending a file, rehearsing a set, putting it in force; each is followed to its end, and what it came to is
// shown in words and tables.
import { get, post } from "./api.js";
import { card, el } from "./dom.js";
import { bytes, moment, number } from "./format.js";
import { sortable } from "./table.js";

const KM2 = (value) => (value === null ? "нет" : `${number(value, value < 100 ? 1 : 0)} км²`);

/** Name a region of a change: 0 is what lies in none, and a set may know it by another name or not at all. */
function nameOf({ id, name_before, name_after }) {
  if (id === 0) return "Вне регионов";
  if (name_before && name_after && name_before !== name_after) return `${name_before} → ${name_after}`;
  if (name_after === null) return `${name_before} (нет в новом наборе)`;
  return name_before ? name_after : `${name_after} (новый)`;
}

/** The flights of each region before and after. */
function change({ activated, flights, regions }, done) {
  if (!activated) return [el("p", { class: "notice" }, "Этот набор уже действует: ничего не меняется.")];
  const verb = done ? "изменился" : "изменится";
  const summary = el("p", { class: "notice", "data-changed": flights }, `Регион ${verb} у полётов: ${number(flights)}.`);
  if (!regions.length) return [summary];
  const columns = [
    { key: "name", title: "Регион", head: true, value: nameOf },
    { key: "before", title: "Было", number: true, value: (row) => row.before, show: (row) => number(row.before) },
    { key: "after", title: done ? "Стало" : "Станет", number: true, value: (row) => row.after, show: (row) => number(row.after) },
    { key: "gain", title: "Разница", number: true, value: (row) => row.after - row.before, show: (row) => `${row.after > row.before ? "+" : ""}${number(row.after - row.before)}` },
  ];
  return [summary, sortable("Полёты по регионам до и после", columns, regions).element];
}

function* lines(report) {
  yield* report.remarks.map((remark) => remark.sentence);
  yield* report.repairs.map((each) => `Исправлен контур: ${each.region} (${each.reason})`);
  yield* report.overlaps.map((each) => `Наложение: ${each.name} и ${each.other}, ${KM2(each.km2)}`);
  yield* report.gaps.map((each) => `Пробел: ${number(each.lat, 4)}, ${number(each.lon, 4)}, ${KM2(each.km2)}`);
  for (const [what, slivers] of [["наложений", report.overlap_slivers], ["пробелов", report.gap_slivers]]) {
    if (slivers.count) yield `Мелких ${what}: ${number(slivers.count)}, вместе ${KM2(slivers.km2)}`;
  }
}

function difference(row) {
  if (row.name_before === null) return `новый, ${KM2(row.area_after)}`;
  if (row.name_after === null) return `нет в файле, было ${KM2(row.area_before)}`;
  const facts = [["название", "name"], ["код", "iso"], ["часовой пояс", "time_zone"], ["официальная площадь", "official_area"]];
  const changed = facts.filter(([, key]) => row[`${key}_before`] !== row[`${key}_after`])
    .map(([title, key]) => `${title}: ${row[`${key}_before`] ?? "нет"} → ${row[`${key}_after`] ?? "нет"}`);
  const moved = (row.lost_km2 ?? 0) + (row.gained_km2 ?? 0) >= 1 ? [`контур: −${KM2(row.lost_km2)}, +${KM2(row.gained_km2)}`] : [];
  return [...changed, ...moved].join("; ");
}

/** The report of a file: what was noticed, and how it differs from the set in force. */
function report(checked) {
  const noticed = [...lines(checked)];
  const bad = checked.overlaps.length > 0;
  const parts = [el("p", { class: bad ? "notice warn" : "notice" }, `Регионов: ${number(checked.regions)}; наложений: ${number(checked.overlaps.length)}, пробелов: ${number(checked.gaps.length)}${checked.new ? "" : "; такой набор уже был сохранён"}.`)];
  if (noticed.length) parts.push(el("ul", { class: "small" }, noticed.map((line) => el("li", {}, line))));
  if (checked.compared_with && checked.differences.length) {
    const columns = [
      { key: "name", title: "Регион", head: true, value: (row) => row.name_after ?? row.name_before },
      { key: "what", title: "Отличие", value: difference },
    ];
    parts.push(el("h3", {}, `Отличия от действующего набора «${checked.compared_with}»`), sortable("Отличия от действующего набора", columns, checked.differences).element);
  } else if (checked.compared_with) parts.push(el("p", {}, `От действующего набора «${checked.compared_with}» не отличается.`));
  return parts;
}

const POLL_MS = 2000;
const KINDS = { file: "Файл", address: "Сверка с адресом", rehearsal: "Проба", activation: "Ввод в действие" };
const BADGES = { requested: ["выполняется", "busy"], done: ["готово", "good"], refused: ["отказ", "bad"] };
const FIELDS = [
  ["name", "Название набора", "как в файле"], ["source", "Откуда границы, дата", "как в файле"], ["licence", "Лицензия", "как в файле"],
  ["attribution", "Подпись под картами", "как в файле"],
];

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Wait for a task's end and show it in a place; gives the task. */
async function follow(task, place) {
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
function outcome(task) {
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
