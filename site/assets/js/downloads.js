// Files: fetched with the caller's credentials and handed to the browser, so that a refusal is told and not saved.
import { query } from "./address.js";
import { ask } from "./api.js";
import { el, icon } from "./dom.js";
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
