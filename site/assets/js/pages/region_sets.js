// Sets of boundaries: which are stored, which is in force and whose subjects it holds; for administrators the ways to change it.
import { get } from "../api.js";
import { inFull } from "../boundary_set.js";
import { newest, offer, sender } from "../boundary_tasks.js";
import { card, el } from "../dom.js";
import { moment } from "../format.js";
import { frame, lead } from "../shell.js";
import { failed, loading } from "../states.js";
import { sortable } from "../table.js";

function list(sets, mayChange, look, consider) {
  const buttons = (set) => el("span", { class: "downloads" },
    el("button", { class: "button small-button", type: "button", "data-look": set.id, onclick: () => look(set.id) }, "Показать"),
    mayChange && !set.active && el("button", { class: "button small-button", type: "button", "data-consider": set.id, onclick: () => consider(set) }, "Ввести…"));
  const columns = [
    { key: "id", title: "№", number: true, value: (set) => set.id },
    { key: "name", title: "Набор", head: true, value: (set) => set.name, show: (set) => [set.name, set.active && [" ", el("span", { class: "badge good" }, "действует")]].flat().filter(Boolean) },
    { key: "regions", title: "Регионов", number: true, value: (set) => set.regions },
    { key: "loaded", title: "Сохранён", value: (set) => set.loaded_at, show: (set) => moment(set.loaded_at) },
    { key: "put", title: "Введён", value: (set) => set.activated_at ?? "", show: (set) => (set.activated_at ? `${moment(set.activated_at)}, ${set.activated_by}` : set.active ? "при установке" : "не вводился") },
    { key: "do", title: "Что сделать", show: buttons },
  ];
  return card("Сохранённые наборы", {}, sortable("Сохранённые наборы границ", columns, sets).element);
}

async function start() {
  const body = el("div", { class: "grid", id: "body" });
  document.getElementById("main").append(body);
  body.replaceChildren(...loading(220, 420));
  const view = el("div", { class: "grid", id: "view" });
  const look = async (id) => {
    view.replaceChildren(...loading(420));
    try {
      view.replaceChildren(await inFull(id));
    } catch (error) {
      view.replaceChildren(failed(error, () => look(id)));
    }
    view.scrollIntoView({ block: "start" });
  };
  try {
    const { items, may_change: mayChange } = await get("/api/region-sets");
    const again = () => { body.remove(); start(); };
    const consider = (set) => {
      view.replaceChildren(offer(set, again));
      view.scrollIntoView({ block: "start" });
    };
    const parts = [list(items, mayChange, look, consider), view];
    if (mayChange) parts.push(sender((task) => task.set_id && inFull(task.set_id).then((shown) => view.replaceChildren(shown))), await newest());
    body.replaceChildren(...parts);
    const active = items.find((set) => set.active);
    if (active) view.replaceChildren(await inFull(active.id));
    else view.replaceChildren(el("p", { class: "notice warn" }, "Ни один набор границ не действует: полёты не отнесены к регионам."));
  } catch (error) {
    body.replaceChildren(failed(error, () => { body.remove(); start(); }));
    if (error.status === undefined) throw error;
  }
}

frame();
lead("Набор границ решает, в каком регионе был полёт; действует один. Продукт не выбирает между наборами: это решает администратор");
await start();
