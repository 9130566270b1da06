// The log of reports, fetched when somebody opens it.
import { get } from "./api.js";
import { el } from "./dom.js";
import { bytes, date, moment, typeName } from "./format.js";

const KINDS = { overview: "По стране", region: "По региону" };
const STATES = { done: ["готов", "good"], failed: ["ошибка", "bad"] };

/** Make the closed log; it is read anew each time it is opened. */
export function reportLog() {
  const body = el("div");
  const box = el("details", { style: "margin-top:.9rem" }, el("summary", {}, "Журнал отчётов"), body);
  box.addEventListener("toggle", async () => {
    if (!box.open) return;
    try {
      const { items } = await get("/api/reports?limit=20");
      body.replaceChildren(items.length ? table(items) : el("p", { class: "soft" }, "Отчётов ещё не было."));
    } catch (error) {
      body.replaceChildren(el("p", { class: "notice warn", role: "alert" }, error.message));
    }
  });
  return box;
}

function table(items) {
  const heads = ["Когда", "Отчёт", "Формат", "Период", "Регион", "Тип", "Состояние", "Размер"];
  const period = (item) => (item.period_from || item.period_to ? `${date(item.period_from)} – ${date(item.period_to)}` : "все данные");
  const line = (item) => {
    const [word, colour] = STATES[item.state];
    const texts = [KINDS[item.kind], item.format.toUpperCase(), period(item), item.region ?? "все", item.uav_type ? typeName(item.uav_type) : "все"];
    return el("tr", {}, el("th", { scope: "row" }, moment(item.asked_at)), texts.map((text, index) => el("td", { "data-title": heads[index + 1] }, text)),
      el("td", { "data-title": heads[6] }, el("span", { class: `badge ${colour}` }, word)), el("td", { class: "right", "data-title": heads[7] }, bytes(item.size_bytes)));
  };
  return el("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": "Журнал отчётов" },
    el("table", { class: "stack" }, el("caption", { class: "hidden-text" }, "Журнал отчётов"),
      el("thead", {}, el("tr", {}, heads.map((title, index) => el("th", { scope: "col", class: index === 7 ? "right" : null }, title)))),
      el("tbody", {}, items.map(line))));
}
