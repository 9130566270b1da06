// The theme: the system's until a person chooses; whoever draws by it listens for "themechange" on document.
import { el, icon } from "./dom.js";

export const theme = () => document.documentElement.dataset.theme;

function show(name) {
  document.documentElement.dataset.theme = name;
  document.dispatchEvent(new Event("themechange"));
}

function stored() {
  try { return localStorage.getItem("theme"); } catch { return null; }
}

/** Make the button that changes between light and dark. */
export function themeButton() {
  const button = el("button", { class: "button quiet icon", type: "button" });
  const label = () => {
    const dark = theme() === "dark";
    button.setAttribute("aria-label", dark ? "Светлая тема" : "Тёмная тема");
    button.title = button.getAttribute("aria-label");
    button.replaceChildren(icon(dark ? "sun" : "moon"));
  };
  button.addEventListener("click", () => {
    const next = theme() === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", next); } catch { /* it holds for this page then */ }
    show(next);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
    if (stored() === null) show(event.matches ? "dark" : "light");
  });
  document.addEventListener("themechange", label);
  label();
  return button;
}
