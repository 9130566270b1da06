// Files: fetched with the caller's credentials and handed to the browser, so that a refusal is shown and not saved; and drawings
// of the page as files, SVG with its colours written into it or PNG of twice its size.
import { query } from "./address.js";
import { ask } from "./api.js";
import { el, icon, svg } from "./dom.js";
import { toast } from "./states.js";

/** Make a button that fetches a file; without a name of the server's it is saved under `name`. */
export function download(href, text, name, kind = "button small-button") {
  const anchor = el("a", { class: kind, href, download: name }, icon("down"), text);
  anchor.addEventListener("click", async (event) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    if (anchor.getAttribute("aria-busy") === "true") return;
    anchor.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(href);
      save(await answer.blob(), named(answer) ?? name);
    } catch (error) {
      toast(`Файл не получен. ${error.message}`);
    } finally {
      anchor.removeAttribute("aria-busy");
    }
  });
  return anchor;
}

function named(answer) {
  const header = answer.headers.get("content-disposition") ?? "";
  const found = /filename\*=UTF-8''([^;]+)/i.exec(header);
  return found ? decodeURIComponent(found[1]) : null;
}

/** Hand bytes to the browser as a file. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const anchor = el("a", { href: address, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

const FORMATS = [["xlsx", "Excel"], ["pdf", "PDF"], ["png", "PNG"], ["jpg", "JPEG"], ["json", "JSON"]];
const BRIEF = [["pdf", "Справка, PDF"], ["docx", "Справка, Word"], ["pptx", "Справка, PowerPoint"]];

/** The report of the filters in every format. */
export function reports(kind, filters) {
  return el("div", { class: "downloads", "data-report": kind }, FORMATS.map(([format, text]) =>
    download(`/api/reports/${kind}.${format}${query(filters)}`, text, `${kind}.${format}`)),
  BRIEF.map(([format, text]) => download(`/api/reports/brief.${format}${query(filters)}`, text, `Справка.${format}`)));
}

/** Rows as CSV that Excel of a Russian system opens as it stands: semicolons, decimal commas, a byte order mark. */
export function csv(titles, rows) {
  const write = (value) => {
    const text = value === null || value === undefined ? "" : typeof value === "number" ? String(value).replace(".", ",") : String(value);
    return /[";\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [titles, ...rows].map((row) => row.map(write).join(";"));
  return new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" });
}

const WRITTEN = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-linejoin", "opacity", "vector-effect", "paint-order", "font-size", "font-weight", "font-family", "text-anchor"];

/** Give a copy that needs no style sheet, with the legend under it and a ground of the page's colour. */
function whole(box, legend) {
  const shown = box.querySelector("svg");
  if (!shown) return null;
  const copy = shown.cloneNode(true);
  const [width, height] = shown.getAttribute("viewBox").split(" ").slice(2).map(Number);
  const parts = [...shown.querySelectorAll("*")];
  [...copy.querySelectorAll("*")].forEach((part, index) => {
    const style = getComputedStyle(parts[index]);
    part.setAttribute("style", WRITTEN.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"));
    for (const name of ["class", "tabindex", "role"]) part.removeAttribute(name);
  });
  const ink = getComputedStyle(document.body).color;
  const ground = getComputedStyle(box.closest(".card") ?? document.body).backgroundColor;
  const items = legend ? [...legend.children] : [];
  const lines = items.map((item, index) => {
    const [x, y] = [10 + (index % 6) * (width / 6), height + 24 + 24 * Math.floor(index / 6)];
    const swatch = item.querySelector("rect");
    return [svg("rect", { x, y: y - 12, width: 14, height: 14, style: `fill:${getComputedStyle(swatch).fill}` }),
      svg("text", { x: x + 20, y, style: `fill:${ink};font:13px sans-serif` }, item.textContent)];
  });
  const full = height + (items.length ? 24 * Math.ceil(items.length / 6) + 12 : 0);
  copy.prepend(svg("rect", { width, height: full, style: `fill:${ground}` }));
  // What is nearer goes on below the picture's edge, where the legend stands.
  if (items.length) copy.append(svg("rect", { y: height, width, height: full - height, style: `fill:${ground}` }));
  copy.append(...lines.flat());
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `0 0 ${width} ${full}`);
  copy.setAttribute("width", width);
  copy.setAttribute("height", full);
  return { text: new XMLSerializer().serializeToString(copy), width, height: full };
}

async function raster({ text, width, height }) {
  const picture = new Image();
  // A data address and not a blob's: the page's policy takes pictures from itself and from data alone.
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await picture.decode();
  const canvas = el("canvas", { width: 2 * width, height: 2 * height });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
}

/** Buttons that save the drawing in a box; `name` gives the file's name without its ending. */
export function pictures(box, legend, name) {
  const button = (text, write) => el("button", { type: "button", class: "button small-button", "aria-label": `Сохранить ${text}`, onclick: async () => {
    const drawn = whole(box, legend);
    if (!drawn) return;
    try {
      save(await write(drawn), `${name()}.${text.toLowerCase()}`);
    } catch {
      toast("Картинку не удалось сохранить.");
    }
  } }, text);
  return el("div", { class: "downloads saving" }, button("PNG", raster), button("SVG", async ({ text }) => new Blob([text], { type: "image/svg+xml" })));
}
