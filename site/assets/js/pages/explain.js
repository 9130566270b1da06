// Pasted telegrams field by field, for who may send workbooks; the text stays out of the address and is kept nowhere.
import { get, post } from "../api.js";
import { card, el } from "../dom.js";
import { explanation } from "../flight_words.js";
import { frame, lead } from "../shell.js";
import { failed, loading } from "../states.js";

const LONGEST = 20000;

function form(shown) {
  const text = el("textarea", { id: "telegrams", rows: 10, maxlength: LONGEST, required: true, spellcheck: "false", "aria-describedby": "telegrams-note",
    placeholder: "(SHR-ZZZZZ\n-ZZZZ0700\n…" });
  const button = el("button", { class: "button main", type: "submit" }, "Разобрать");
  const clear = el("button", { class: "button quiet", type: "reset" }, "Очистить");
  const element = el("form", { class: "explain-form" }, el("label", { for: "telegrams" }, "Телеграммы одного полёта, одна за другой: план, вылет, посадка"), text,
    el("p", { id: "telegrams-note", class: "small soft" }, "Текст не сохраняется и не записывается в журналы."), el("div", { class: "downloads" }, button, clear));
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await post("/api/explain", { text: text.value });
      shown.replaceChildren(card("Разбор", {}, explanation(answer)));
    } catch (error) {
      shown.replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message, " ", error.code && el("code", { class: "small" }, error.code)));
      if (error.status === undefined) throw error;
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
  element.addEventListener("reset", () => shown.replaceChildren());
  text.addEventListener("keydown", (event) => event.key === "Enter" && event.ctrlKey && element.requestSubmit());
  return element;
}

async function start() {
  const body = el("div", { class: "grid", id: "body" });
  document.getElementById("main").append(body);
  body.replaceChildren(...loading(260));
  try {
    const { may_send: may } = await get("/api/uploads?limit=1");
    const shown = el("div", { id: "explained", "aria-live": "polite" });
    body.replaceChildren(...(may ? [card("Текст телеграмм", {}, form(shown)), shown]
      : [el("p", { class: "notice", id: "may-not" }, "Телеграммы разбирает тот, кто отправляет книги. У вашей учётной записи есть права только на просмотр; за ролью оператора обратитесь к администратору.")]));
  } catch (error) {
    body.replaceChildren(failed(error, () => { body.remove(); start(); }));
    if (error.status === undefined) throw error;
  }
}

frame();
lead("Как каждое поле телеграммы прочитано, что исправлено и что под сомнением");
await start();
