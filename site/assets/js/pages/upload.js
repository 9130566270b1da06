// Sending workbooks and what became of them.
import { card, el, icon } from "../dom.js";
import { history } from "../history.js";
import { sending } from "../sending.js";
import { frame, lead } from "../shell.js";
import { failed, loading } from "../states.js";

function drop(send) {
  const input = el("input", { type: "file", id: "files", class: "hidden-text", multiple: true, accept: ".xlsx,.ods,.csv" });
  const button = el("button", { class: "button main", type: "button", onclick: () => input.click() }, "Выбрать файлы");
  const area = el("section", { class: "drop", "aria-label": "Отправка книг" }, icon("up"), el("h2", {}, "Перетащите книги сюда"),
    el("p", { class: "soft" }, "Excel (.xlsx), OpenDocument (.ods) или .csv с телеграммами SHR, DEP, ARR; можно несколько сразу"),
    el("label", { class: "hidden-text", for: "files" }, "Файлы книг"), input, button);
  input.tabIndex = -1;
  input.addEventListener("change", () => {
    send([...input.files]);
    input.value = "";
  });
  const over = (on) => (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    area.classList.toggle("over", on);
  };
  // A file that misses the area would otherwise open in place of the page.
  for (const name of ["dragenter", "dragover"]) document.addEventListener(name, over(true));
  document.addEventListener("dragleave", (event) => event.relatedTarget === null && area.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    over(false)(event);
    send([...event.dataTransfer.files]);
  });
  return area;
}

async function start() {
  const body = el("div", { class: "grid", id: "body" });
  document.getElementById("main").append(body);
  body.replaceChildren(...loading(220, 320));
  try {
    let queue = null;
    const past = history((files, columns) => queue.send(files, columns));
    const parts = [past.element];
    if (await past.refresh()) {
      queue = sending(() => past.refresh());
      parts.unshift(drop(queue.send), queue.element);
    } else {
      parts.unshift(el("p", { class: "notice", id: "may-not" }, "Отправлять книги может оператор. У вашей учётной записи есть права только на просмотр; за ролью оператора обратитесь к администратору."));
    }
    body.replaceChildren(...parts);
  } catch (error) {
    body.replaceChildren(failed(error, () => { body.remove(); start(); }));
    if (error.status === undefined) throw error;
  }
}

frame();
lead("Строки книг становятся полётами; что не прочитано, возвращается файлом для исправления");
await start();
