// What a page shows instead of data: loading, empty, errors.
import { signIn } from "./api.js";
import { el, icon } from "./dom.js";

/** A grey box of so many pixels that stands for what is coming. */
export const skeleton = (height) => el("div", { class: "skeleton", style: `height:${height}px`, "aria-hidden": "true" });

/** A grid of skeletons like the page that is coming. */
export function loading(...heights) {
  return [el("p", { class: "hidden-text", role: "status" }, "Загрузка данных"), ...heights.map((height) => skeleton(height))];
}

/** A card that comes when its answer does; until then a grey box stands in its place. */
export function later(answer, height, size, make) {
  const place = el("div", { class: size }, skeleton(height));
  answer.then((ready) => place.replaceWith(make(ready)), (error) => place.replaceChildren(el("p", { class: "notice warn", role: "alert" }, error.message)));
  return place;
}

function state(picture, title, text, ...actions) {
  return el("section", { class: "card state" }, icon(picture), el("h2", {}, title), el("p", {}, text), el("div", { class: "row" }, actions));
}

/** No data at all, or none for the filters. */
export function empty(filtered) {
  if (filtered) {
    return state("empty", "За этот период полётов нет", "Измените период, регион или тип.",
      el("a", { class: "button", href: location.pathname }, "Сбросить фильтры"));
  }
  return state("empty", "Данных пока нет", "Отправьте первую книгу с телеграммами: показатели появятся, как только она загрузится.",
    el("a", { class: "button main", href: "/upload" }, "Загрузить книгу"));
}

const TITLES = { 0: "Нет связи", 401: "Нужно войти", 403: "Недостаточно прав", 404: "Не найдено" };

/** What went wrong, and what a person can do about it. */
export function failed(error, again) {
  const status = error.status ?? -1;
  const unprocessable = status === 422;
  const title = TITLES[status] ?? (unprocessable ? "Запрос составлен неверно" : "Не получилось загрузить данные");
  const picture = status === 401 || status === 403 ? "lock" : status === 0 ? "cloud" : "warn";
  const actions = [];
  if (status === 401) actions.push(el("button", { class: "button main", type: "button", onclick: signIn }, "Войти"));
  else if (unprocessable || status === 404) actions.push(el("a", { class: "button", href: location.pathname }, "Сбросить фильтры"));
  else if (again && status !== 403) actions.push(el("button", { class: "button main", type: "button", onclick: again }, "Повторить"));
  const shown = state(picture, title, error.message || "Неизвестная ошибка страницы.", actions);
  const number = status >= 500 ? error.requestId : null;
  if (number) shown.append(el("p", { class: "small" }, `Номер запроса для поддержки: ${number}`));
  shown.setAttribute("role", "alert");
  shown.dataset.status = String(status);
  return shown;
}

/** Tell of a failure at the page's corner for a while. */
export function toast(text) {
  const shown = el("div", { class: "toast", role: "alert" }, text);
  document.body.append(shown);
  setTimeout(() => shown.remove(), 9000);
}
