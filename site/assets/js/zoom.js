// Coming nearer to a drawing and moving it about: buttons, the wheel with Ctrl, two fingers, dragging, keys.
import { el } from "./dom.js";

const MOST = 10;
const STEP = 1.6;
/** How far a pointer may move, in pixels, and still click what is under it. */
const STILL = 4;

/** A view as an address keeps it: how many times nearer, and what is in the middle, in percent from the left and the top. */
export const written = ({ times, x, y }) => (times <= 1 ? "" : [times.toFixed(2), (100 * x).toFixed(1), (100 * y).toFixed(1)].join(","));

/** A view out of an address; the whole drawing where there is none. */
export function viewOf(text) {
  const [times, x, y] = (text ?? "").split(",").map(Number);
  return [times, x, y].every(Number.isFinite) ? bounded({ times, x: x / 100, y: y / 100 }) : { times: 1, x: 0.5, y: 0.5 };
}

/** Nothing beyond the drawing's edges comes in. */
function bounded({ times, x, y }) {
  const near = Math.min(MOST, Math.max(1, times));
  const within = (value) => Math.min(1 - 0.5 / near, Math.max(0.5 / near, value));
  return { times: near, x: within(x), y: within(y) };
}

/**
 * Let the group `scene` of `picture` (an SVG of `width` by `height` units) be zoomed and moved, beginning at the view `start`.
 * `moved(view, place)` hears of every change; `place(x, y)` is where a point of the drawing stands now. Gives the buttons;
 * `reveal(x, y)`, which brings a point of the drawing in; and `again()`, which calls `moved` anew.
 */
export function zoomable(picture, scene, { width, height, start, moved }) {
  let view = start;
  const left = () => width * (0.5 - view.times * view.x);
  const top = () => height * (0.5 - view.times * view.y);
  const place = (x, y) => [left() + view.times * x, top() + view.times * y];
  const show = (next) => {
    view = bounded(next);
    scene.setAttribute("transform", `translate(${left().toFixed(2)} ${top().toFixed(2)}) scale(${view.times.toFixed(4)})`);
    picture.style.setProperty("--times", view.times.toFixed(4));
    picture.classList.toggle("nearer", view.times > 1);
    moved(view, place);
  };
  /** Come nearer so that the point of the picture, in its units, stays where it is. */
  const zoom = (factor, [x, y] = [width / 2, height / 2]) => {
    const times = Math.min(MOST, Math.max(1, view.times * factor));
    const [inX, inY] = [(x - left()) / view.times, (y - top()) / view.times];
    show({ times, x: (inX + (width / 2 - x) / times) / width, y: (inY + (height / 2 - y) / times) / height });
  };
  const move = (dx, dy) => show({ ...view, x: view.x - dx / width / view.times, y: view.y - dy / height / view.times });
  const reveal = (x, y) => {
    const [atX, atY] = place(x, y);
    if (atX < 0 || atY < 0 || atX > width || atY > height) show({ ...view, x: x / width, y: y / height });
  };
  const unit = () => width / picture.getBoundingClientRect().width;
  const within = ({ clientX, clientY }) => {
    const box = picture.getBoundingClientRect();
    return [(clientX - box.left) * unit(), (clientY - box.top) * unit()];
  };
  picture.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the wheel alone scrolls the page
    event.preventDefault();
    zoom(2 ** (-event.deltaY / 200), within(event));
  }, { passive: false });
  picture.addEventListener("keydown", ({ key, target, ctrlKey, metaKey }) => {
    if (ctrlKey || metaKey) return;
    const box = target.getBoundingClientRect();
    const here = within({ clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 });
    if (key === "+" || key === "=") zoom(STEP, here);
    if (key === "-") zoom(1 / STEP, here);
    if (key === "0") show(viewOf(""));
  });
  drags(picture, { move, zoom, unit, within, isNear: () => view.times > 1 });
  const button = (text, title, onclick) => el("button", { type: "button", class: "button icon", title, "aria-label": title, onclick }, text);
  const buttons = el("div", { class: "map-zoom", role: "group", "aria-label": "Масштаб карты" },
    button("+", "Приблизить", () => zoom(STEP)), button("−", "Отдалить", () => zoom(1 / STEP)), button("⤢", "Показать всё", () => show(viewOf(""))));
  show(view);
  return { buttons, reveal, again: () => moved(view, place) };
}

/** One pointer moves a drawing that is nearer, two fingers bring it nearer; whoever has moved has not clicked. */
function drags(picture, { move, zoom, unit, within, isNear }) {
  const pointers = new Map();
  let distance = 0;
  const spread = () => {
    const [one, other] = [...pointers.values()];
    return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
  };
  picture.addEventListener("pointerdown", (event) => {
    if (!pointers.size) distance = 0;
    pointers.set(event.pointerId, event);
  });
  picture.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const spreadBefore = pointers.size === 2 ? spread() : 0;
    pointers.set(event.pointerId, event);
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    distance += Math.hypot(dx, dy);
    // A pointer that is held fast clicks the picture and not the region, so it is held once it has gone some way.
    if (distance > STILL) picture.setPointerCapture(event.pointerId);
    if (spreadBefore) zoom(spread() / spreadBefore, within(event));
    else if (distance > STILL && isNear()) move(dx * unit(), dy * unit());
  });
  const ended = ({ pointerId }) => pointers.delete(pointerId);
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) picture.addEventListener(name, ended);
  picture.addEventListener("click", (event) => {
    if (distance > STILL) event.stopPropagation();
    distance = 0;
  }, true);
  // The page scrolls under one finger as long as the whole drawing is shown.
  picture.addEventListener("touchmove", (event) => (event.touches.length > 1 || isNear()) && event.preventDefault(), { passive: false });
}
