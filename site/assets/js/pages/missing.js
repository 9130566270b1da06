// The page for addresses that are none.
import { el } from "../dom.js";
import { frame } from "../shell.js";

frame();
document.getElementById("main").append(el("p", {}, "Возможно, адрес набран с ошибкой или страницу переименовали."),
  el("p", { style: "margin-top:1.25rem" }, el("a", { class: "button main", href: "/" }, "На главную")));
