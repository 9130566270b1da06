// Choosing regions to stand side by side: found by name as in the ranking, kept in the address.
import { parameters, change } from "./address.js";
import { el } from "./dom.js";
import { nameMatches } from "./names.js";

/** So many regions stand side by side at most: more lines in one chart are not told apart. */
export const MOST = 4;
const OFFERED = 8;

/** The codes in the address, each once. */
export const chosen = () => [...new Set(parameters().getAll("region"))];

/** Put the bar under the filters; its function takes the regions there are (code and name, the busiest first) and the codes shown. */
export function regionChoice() {
  const search = el("input", { id: "region-search", class: "search", type: "search", placeholder: "Название, Питер, ХМАО", autocomplete: "off" });
  const shown = el("ul", { class: "chips", "aria-label": "Стоят рядом" });
  const offered = el("ul", { class: "chips", "aria-label": "Можно добавить" });
  const status = el("p", { class: "small soft", role: "status" });
  let [regions, codes] = [[], []];
  const choose = (list) => {
    search.value = "";
    change({ region: list });
    search.focus();
  };
  const add = (code) => codes.length < MOST && choose([...codes, code]);
  const candidates = () => regions.filter(({ code, name }) => !codes.includes(code) && nameMatches(name, search.value)).slice(0, OFFERED);
  const button = (label, text, act) => el("li", {}, el("button", { type: "button", class: label === "Убрать" ? "chip" : "button small-button", "aria-label": `${label}: ${text}`, onclick: act }, label === "Убрать" ? `${text} ×` : `+ ${text}`));
  const offer = () => {
    const list = codes.length < MOST ? candidates() : [];
    offered.replaceChildren(...list.map(({ code, name }) => button("Добавить", name, () => add(code))));
    offered.hidden = list.length === 0;
    if (codes.length >= MOST) status.textContent = "Рядом стоят четыре региона. Чтобы добавить другой, уберите один.";
    else status.textContent = list.length ? "" : `Региона «${search.value.trim()}» в списке нет. Ищите по части названия или по привычному имени: Питер, Якутия, ХМАО.`;
    status.hidden = !status.textContent;
  };
  search.addEventListener("input", offer);
  const bar = el("form", { class: "filters region-choice", "aria-label": "Выбор регионов", onsubmit: (event) => {
    event.preventDefault();
    const [first] = candidates();
    if (first && search.value.trim()) add(first.code);
  } }, el("div", { class: "field" }, el("label", { for: search.id }, "Добавить регион"), search), shown, offered, status);
  document.querySelector("main > .filters").after(bar);
  return (all, now) => {
    [regions, codes] = [all, now];
    shown.replaceChildren(...codes.map((code) => button("Убрать", regions.find((region) => region.code === code).name, () => choose(codes.filter((each) => each !== code)))));
    shown.hidden = codes.length === 0;
    offer();
  };
}
