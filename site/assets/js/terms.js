// What each number is, behind a button beside its name: the same sentences that stand in the reports.
import { get } from "./api.js";
import { el } from "./dom.js";

let terms;
/** Ask once for all definitions. */
export const definitions = () => (terms ??= get("/assets/vendor/definitions.json").catch(() => ({})));

/** A button that opens what a number is; there is none where no definition has its key. */
export function explained(key, name) {
  const box = el("span", { class: "term" });
  definitions().then((all) => {
    if (!all[key]) return;
    const text = el("span", { class: "term-text", role: "note", hidden: true }, all[key].text);
    const button = el("button", { type: "button", class: "term-button", "aria-expanded": "false", "aria-label": `Что такое «${name}»` }, "?");
    const open = (shown) => {
      text.hidden = !shown;
      button.setAttribute("aria-expanded", String(shown));
    };
    button.addEventListener("click", () => open(text.hidden));
    box.addEventListener("keydown", (event) => event.key === "Escape" && open(false));
    box.append(button, text);
  });
  return box;
}
