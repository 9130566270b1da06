// Making elements.

/** Make an element: attributes by name, "on" + event for listeners, null and false leave one out; text is never read as HTML. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const DRAWN = {
  sun: "M12 4V2m0 20v-2m8-8h2M2 12h2m13.7-5.7 1.4-1.4M4.9 19.1l1.4-1.4m0-11.4L4.9 4.9m14.2 14.2-1.4-1.4M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  down: "M12 4v11m-5-4.5 5 5 5-5M5 20h14",
  up: "M12 16V5m-5 4.5 5-5 5 5M5 20h14",
  cross: "M6 6l12 12M18 6 6 18",
  cloud: "M7 18a4.5 4.5 0 0 1-.4-9 6 6 0 0 1 11.5 1.6A3.8 3.8 0 0 1 17.5 18Z",
  lock: "M6 11h12v9H6Zm2.5 0V8a3.5 3.5 0 0 1 7 0v3",
  warn: "M12 9v4.5m0 3v.2M10.6 4.2 2.9 18a1.6 1.6 0 0 0 1.4 2.4h15.4a1.6 1.6 0 0 0 1.4-2.4L13.4 4.2a1.6 1.6 0 0 0-2.8 0Z",
  menu: "M4 7h16M4 12h16M4 17h16",
  empty: "M4 13.5 6.5 5h11l2.5 8.5V19H4Zm0 0h5a3 3 0 0 0 6 0h5",
};

/** Draw an icon; it says nothing to a screen reader. */
export function icon(name) {
  const stroke = { fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" };
  return svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: DRAWN[name], ...stroke }));
}

/** Make a card with a heading; further things go into its head beside the title. */
export function card(title, { note = null, tools = [], size = "" } = {}, ...body) {
  const head = el("div", { class: "card-head" }, el("h2", {}, title), tools, note && el("p", {}, note));
  return el("section", { class: `card ${size}`.trim(), "aria-label": title }, head, body);
}

/** Make a set of radio buttons that look like one switch. */
export function choice(name, label, options, chosen, onchange) {
  const radios = options.map(([value, text]) =>
    el("label", {},
      el("input", { type: "radio", name, value, checked: value === chosen, onchange: () => onchange(value) }),
      el("span", {}, text)));
  return el("div", { class: "switch", role: "radiogroup", "aria-label": label }, radios);
}

/** Let a bar of fields show the first of them on a telephone, and a button that opens the rest; a wider screen shows all. */
export function foldable(bar) {
  const button = el("button", { type: "button", class: "button narrow-only", "aria-expanded": "false" }, "Все условия");
  button.addEventListener("click", () => button.setAttribute("aria-expanded", String(bar.classList.toggle("open"))));
  bar.firstElementChild.after(button);
  bar.classList.add("foldable");
  return bar;
}
