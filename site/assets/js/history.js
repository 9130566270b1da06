// Uploads of everybody, the newest first; each opens to what became of it.
import { parameters, change, query } from "./address.js";
import { get } from "./api.js";
import { card, el } from "./dom.js";
import { bytes, moment, number } from "./format.js";
import { BADGES, outcome } from "./outcome.js";
import { toast } from "./states.js";

const PAGE = 20;
const STATES = [["", "Все"], ...["loaded", "failed", "processing", "duplicate", "withdrawn"].map((state) => [state, BADGES[state][0]]), ["announced", "Файла нет"]];
const SENDERS = [["", "Все"], ["true", "Только мои"]];

/** Make the list; `send` sends a file with named columns, `refresh` shows it and tells whether the person may send workbooks and fetch rejected rows. */
export function history(send) {
  const body = el("tbody");
  const more = el("button", { class: "button", type: "button", hidden: true }, "Показать ещё");
  const none = el("p", { class: "soft", role: "status", hidden: true });
  const heads = ["Файл", "Состояние", "Кто", "Отправлен", "Размер", "Строк", "Новых полётов", "Обновлено", "Не прочитано"];
  const table = el("table", { class: "stack" }, el("caption", { class: "hidden-text" }, "История загрузок"),
    el("thead", {}, el("tr", {}, heads.map((title, index) => el("th", { scope: "col", class: index > 3 ? "right" : null }, title)))), body);
  const box = el("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": "История загрузок" }, table);
  // The address keeps the choice under names of its own: "state" there is that of flights.
  const narrowed = (name, label, list) => {
    const select = el("select", { id: `history-${name}` }, list.map(([value, text]) => el("option", { value, selected: value === parameters().get(name) }, text)));
    select.addEventListener("change", () => {
      change({ [name]: select.value }, { silently: true });
      load(null).catch((error) => toast(error.message));
    });
    return { select, field: el("div", { class: "field" }, el("label", { for: select.id }, label), select) };
  };
  const [state, mine] = [narrowed("upload_state", "Состояние", STATES), narrowed("mine", "Кто отправил", SENDERS)];
  const element = card("История", { tools: [el("div", { class: "downloads" }, state.field, mine.field)] }, none, box, more);
  element.id = "history";
  let following = null;
  const load = async (cursor) => {
    const set = { state: state.select.value, mine: mine.select.value };
    const answer = await get(`/api/uploads${query({ limit: PAGE, cursor, ...set })}`);
    // Another choice was made meanwhile, and its answer is the one to show.
    if (set.state !== state.select.value || set.mine !== mine.select.value) return answer.may_send;
    if (!cursor) body.replaceChildren();
    body.append(...answer.items.flatMap((item) => rows(item, answer, send)));
    following = answer.next;
    more.hidden = following === null;
    box.hidden = body.childElementCount === 0;
    none.hidden = !box.hidden;
    none.textContent = set.state || set.mine ? "Таких книг нет." : "Книг ещё не было.";
    return answer.may_send;
  };
  more.addEventListener("click", () => load(following).catch((error) => toast(error.message)));
  return { element, refresh: () => load(null) };
}

function rows(item, { may_send: may, may_withdraw: mayWithdraw }, send) {
  const inner = el("td", { colspan: 9 });
  const opened = el("tr", { hidden: true }, inner);
  const toggle = el("button", { class: "button quiet", type: "button", "aria-expanded": "false", style: "padding:0;min-height:0;text-align:left" }, item.file_name);
  toggle.addEventListener("click", async () => {
    const open = toggle.getAttribute("aria-expanded") !== "true";
    toggle.setAttribute("aria-expanded", String(open));
    opened.hidden = !open;
    if (!open || inner.childElementCount) return;
    inner.append(el("span", { class: "soft", role: "status" }, "Загрузка…"));
    try {
      inner.replaceChildren(outcome(await get(`/api/uploads/${item.id}`), may, { mayWithdraw, again: (columns, file) => send([file], columns) }));
    } catch (error) {
      inner.replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message));
    }
  });
  const [word, colour] = BADGES[item.state];
  // Of a workbook that was there before, the numbers are those of its load; this time nothing was added.
  const again = item.state === "duplicate";
  const cell = (title, value, kind = null) => el("td", { class: kind, "data-title": title }, value);
  const count = (title, name) => cell(title, again && name.startsWith("flights_") ? "0" : number(item.counts?.[name]), "right");
  const line = el("tr", { "data-upload": item.id }, el("th", { scope: "row" }, toggle), cell("Состояние", el("span", { class: `badge ${colour}` }, word)),
    cell("Кто", item.mine ? "вы" : "другой оператор"), cell("Отправлен", moment(item.announced_at)), cell("Размер", bytes(item.size), "right"),
    count("Строк", "rows_in"), count("Новых полётов", "flights_new"), count("Обновлено", "flights_updated"), count("Не прочитано", "rows_rejected"));
  return [line, opened];
}
