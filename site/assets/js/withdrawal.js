// Taking a wrong workbook back: what it would do, a question, a request. For administrators.
import { get, post } from "./api.js";
import { el } from "./dom.js";
import { number } from "./format.js";

const REASON_LONGEST = 500;

/** Make the button that asks what taking a load back would do, and then offers it. */
export function withdrawal(load) {
  const box = el("div", { "data-withdrawal": load });
  const open = el("button", { class: "button quiet", type: "button" }, "Отозвать книгу…");
  open.addEventListener("click", () => tell(box, load, get(`/api/loads/${load}/withdrawal`)));
  box.append(open);
  return box;
}

async function tell(box, load, asking) {
  box.replaceChildren(el("span", { class: "soft", role: "status" }, "Считаю…"));
  try {
    const answer = await asking;
    if (answer.state === "requested") box.replaceChildren(el("p", { class: "notice warn", role: "status" }, "Отзыв запрошен: книга будет отозвана в течение минуты."));
    else if (answer.state === "done") box.replaceChildren(el("p", { class: "notice warn", role: "status" }, "Книга отозвана."));
    else box.replaceChildren(...question(box, load, answer));
  } catch (error) {
    box.replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message));
  }
}

function question(box, load, { preview, error }) {
  const reason = el("input", { type: "text", maxlength: REASON_LONGEST, "aria-label": "Причина отзыва", placeholder: "Причина, без имён" });
  const yes = el("button", { class: "button", type: "button", "data-yes": true }, "Отозвать");
  const no = el("button", { class: "button quiet", type: "button" }, "Отмена");
  yes.addEventListener("click", () => tell(box, load, post(`/api/loads/${load}/withdrawal`, { reason: reason.value.trim() || null })));
  no.addEventListener("click", () => box.replaceWith(withdrawal(load)));
  return [
    error && el("p", { class: "notice bad" }, error.sentence),
    el("p", { class: "notice warn", role: "alert" }, `Полётов исчезнет: ${number(preview.flights_gone)}; будет собрано заново по строкам других книг: ${number(preview.flights_rebuilt)}. Книгу можно будет прислать снова.`),
    el("div", { class: "downloads" }, reason, yes, no),
  ].filter(Boolean);
}
