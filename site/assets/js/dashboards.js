// Dashboards on DataLens in place of the page's own charts, where some are configured.
import { change, parameters } from "./address.js";
import { config, get } from "./api.js";
import { choice, el } from "./dom.js";
import { skeleton } from "./states.js";

const KEPT = "fly-potato.dashboards";
const EARLY_SECONDS = 120;
const RETRY_SECONDS = 15;
const LONGEST = 2 ** 31 - 1; // of a timer, in milliseconds

/** Show the dashboard and give true, where it is configured and the person has not asked for the page's own charts. */
export async function onDatalens(dashboard) {
  if ((await config()).dashboards === false) return false;
  const items = await listed();
  if (!items.some((item) => item.dashboard === dashboard && item.configured)) return false;
  const own = parameters().get("view") === "own";
  const view = choice("dashboard-view", "Вид", [["datalens", "DataLens"], ["own", "Встроенные диаграммы"]], own ? "own" : "datalens", (value) => {
    change({ view: value === "own" ? "own" : "" }, { silently: true });
    location.reload();
  });
  document.querySelector("main > .heading").append(view);
  if (!own) show(dashboard, items.find((item) => item.dashboard === dashboard).title);
  return !own;
}

/** The dashboards, asked for once a tab: the page waits for the answer, and it changes with a deployment alone. */
async function listed() {
  const stored = sessionStorage.getItem(KEPT);
  if (stored) return JSON.parse(stored);
  try {
    const { items } = await get("/api/dashboards");
    sessionStorage.setItem(KEPT, JSON.stringify(items));
    return items;
  } catch {
    return []; // the page's own request will tell what is wrong
  }
}

const token = (dashboard) => {
  const region = parameters().get("region");
  const query = new URLSearchParams({ dashboard, ...(region ? { region } : {}) });
  return get(`/api/embed-token?${query}`);
};

async function show(dashboard, title) {
  const box = el("div", {}, skeleton(520));
  document.getElementById("main").append(box);
  let frame = null;
  let until = 0; // when the token in the frame runs out, by this browser's clock
  const renew = async () => {
    try {
      const answer = await token(dashboard);
      until = new Date(answer.expires_at).getTime();
      if (frame === null) {
        frame = el("iframe", { class: "frame", src: answer.embed_url, title: `Дашборд «${title}»`, allow: "fullscreen" });
        box.replaceChildren(frame);
      } else {
        // Keeps the filters that a person has set inside.
        frame.contentWindow.postMessage({ type: "SECURE_EMBEDDING_TOKEN_UPDATE", token: answer.token }, new URL(answer.embed_url).origin);
        box.querySelector(".notice")?.remove();
      }
      setTimeout(renew, Math.min(LONGEST, Math.max(5000, until - Date.now() - 1000 * EARLY_SECONDS)));
    } catch (error) {
      if (frame === null) {
        box.replaceChildren(notice(`Дашборд не открылся. ${error.message}`));
        return;
      }
      // What is shown stays good until its token runs out; only then is it worth a word.
      if (Date.now() >= until && !box.querySelector(".notice")) box.prepend(notice(`Дашборд больше не обновляется. ${error.message}`));
      setTimeout(renew, RETRY_SECONDS * 1000);
    }
  };
  await renew();
}

const notice = (text) =>
  el("p", { class: "notice warn", role: "alert" }, `${text} `, el("a", { href: ownCharts() }, "Показать встроенные диаграммы"));

function ownCharts() {
  const query = parameters();
  query.set("view", "own");
  return `${location.pathname}?${query}`;
}
