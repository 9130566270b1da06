// The frame of every page: navigation, account, theme, foot; and how a page is drawn and drawn again.
import { COUNTING, link } from "./address.js";
import { credentials, person, signOut } from "./api.js";
import { el, icon } from "./dom.js";
import { empty, failed, loading } from "./states.js";
import { themeButton } from "./theme.js";

const PAGES = [
  ["overview", "/", "Обзор"], ["regions", "/regions", "Регионы"], ["time", "/time", "Время"], ["flights", "/flights", "Полёты"],
  ["comparison", "/comparison", "Сравнение"], ["plans", "/plans", "План и факт"], ["outlook", "/outlook", "Прогноз"],
  ["quality", "/quality", "Качество данных"], ["upload", "/upload", "Загрузка"],
];
const PLACED = [...COUNTING, "region"];
const CARRIED = { overview: PLACED, time: PLACED, flights: PLACED, quality: PLACED, outlook: PLACED, regions: COUNTING, comparison: COUNTING, plans: ["from", "to", "days", "state", "region"], upload: [] };

function navigation() {
  const here = ["region", "region_comparison"].includes(document.body.dataset.page) ? "regions" : document.body.dataset.page;
  const items = PAGES.map(([name, path, title]) =>
    el("li", {}, el("a", { href: link(path, {}, CARRIED[name]), "aria-current": name === here ? "page" : null }, title)));
  return el("nav", { class: "nav", id: "nav", "aria-label": "Разделы" }, el("ul", {}, items));
}

/** The button that opens the navigation where the screen has no room for all of it. */
function menu(row) {
  const button = el("button", { class: "button menu", type: "button", "aria-expanded": "false", "aria-controls": "nav" }, icon("menu"), "Разделы");
  const open = (is) => {
    row.classList.toggle("open", is);
    button.setAttribute("aria-expanded", String(is));
  };
  button.addEventListener("click", () => open(!row.classList.contains("open")));
  row.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !row.classList.contains("open")) return;
    open(false);
    button.focus();
  });
  return button;
}

function account() {
  const shown = el("div", { class: "account" }, themeButton());
  person().then((name) => {
    if (name === null) return;
    shown.prepend(el("span", { class: "account-name", title: name }, name),
      el("button", { class: "button quiet small-button", type: "button", onclick: signOut }, "Выйти"));
  });
  return shown;
}

/** Say where this is not the working system, what administrators announce, and that workbooks wait while ingest is paused. */
async function notice() {
  const answer = await fetch("/api/maintenance", { headers: await credentials() }).catch(() => null);
  if (!answer?.ok) return;
  const maintenance = await answer.json();
  const other = maintenance.environment && maintenance.environment !== "prod" ? `Это не рабочая система, а среда ${maintenance.environment}: данные здесь могут быть ненастоящими.` : null;
  const texts = [other, maintenance.announcement, maintenance.ingest === "paused" ? "Приём книг приостановлен: присланные файлы сохранены и будут загружены позже." : null];
  const shown = texts.filter((text) => text).map((text) => el("p", {}, text));
  if (shown.length) document.getElementById("top").append(el("div", { class: "notice", role: "status" }, shown));
}

/** Draw head and foot. */
export function frame() {
  const brand = el("a", { class: "brand", href: "/" }, el("img", { src: "/assets/icon.svg", alt: "", width: 32, height: 32 }), "Fly Potato");
  let nav = navigation();
  const row = el("div", { class: "top-row" });
  row.append(brand, menu(row), nav, account());
  document.getElementById("top").replaceChildren(row);
  notice();
  document.addEventListener("filterschange", () => {
    const next = navigation();
    nav.replaceWith(next);
    nav = next;
  });
  document.getElementById("foot").replaceChildren(el("div", { class: "foot-row" },
    el("span", {}, "Полёты гражданских беспилотных воздушных судов России. Сутки и время — московские, если выше не выбраны другие; часы и дни недели — местные."),
    el("span", { class: "foot-links" }, el("a", { href: "/explain" }, "Разбор телеграмм"), el("a", { href: "/region-sets" }, "Наборы границ"), el("a", { href: "/docs" }, "Программный интерфейс")), el("span", { id: "attribution" })));
}

export const lead = (text) => document.getElementById("lead").replaceChildren(text);

/** Put new contents in; whoever had the focus in the old ones goes on from the page's beginning and not the window's. */
function put(body, contents) {
  const focused = body.contains(document.activeElement);
  body.replaceChildren(...contents);
  if (focused) document.getElementById("main").focus({ preventScroll: true });
}

/**
 * Draw a page and draw it again when filters change. `read` fetches, `draw` gives elements of what was read (or null
 * where there is nothing), `heights` are those of the grey boxes before. Says "pageshown" on document when it is drawn.
 */
export function page({ read, draw, heights = [104, 320, 320], filtered = () => location.search.length > 1 }) {
  const body = el("div", { class: "grid", id: "body" });
  document.getElementById("main").append(body);
  let turn = 0;
  const show = async () => {
    const mine = ++turn;
    const slow = setTimeout(() => body.replaceChildren(...loading(...heights)), body.childElementCount ? 250 : 0);
    body.setAttribute("aria-busy", "true");
    try {
      const answer = await read();
      if (mine === turn) put(body, [draw(answer) ?? empty(filtered())].flat());
    } catch (error) {
      if (mine === turn) put(body, [failed(error, show)]);
      if (error.status === undefined) throw error;
    } finally {
      clearTimeout(slow);
      if (mine === turn) body.removeAttribute("aria-busy");
      document.dispatchEvent(new Event("pageshown"));
    }
  };
  document.addEventListener("filterschange", show);
  addEventListener("online", () => body.querySelector('[data-status="0"]') && show());
  return show();
}
