// Asking the API: as whom, and what may go wrong.
// assets/config.json says which of three ways to log in holds here: "oauth2": a cookie of oauth2-proxy, seen by nginx;
// "oidc": a bearer token that this page fetches; "none": nobody logs in.

let configured;

/** The configuration beside the page. */
export function config() {
  configured ??= fetch("/assets/config.json").then((answer) => (answer.ok ? answer.json() : {}), () => ({}));
  return configured;
}

/** Headers that say who calls. */
export async function credentials() {
  if ((await config()).login !== "oidc") return {};
  const token = await (await import("./oidc.js")).accessToken(await config());
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** Go and log in; comes back to where the person is. */
export async function signIn() {
  const { login, sign_in } = await config();
  if (login === "oidc") return (await import("./oidc.js")).begin(await config());
  location.assign((sign_in ?? "/oauth2/start?rd=") + encodeURIComponent(location.pathname + location.search));
}

/** Log out, where one can be logged in. */
export async function signOut() {
  const { login, sign_out } = await config();
  if (login === "oidc") return (await import("./oidc.js")).end(await config());
  location.assign(sign_out ?? "/logout");
}

/** The name of who is logged in; null where nobody logs in. */
export async function person() {
  const { login } = await config();
  if (login === "oidc") {
    const oidc = await import("./oidc.js");
    await oidc.accessToken(await config()); // on the way back from logging in there is no name before
    return oidc.name();
  }
  if (login !== "oauth2") return null;
  try {
    const answer = await fetch("/oauth2/userinfo", { headers: { Accept: "application/json" } });
    if (!answer.ok) return null;
    const user = await answer.json();
    return user.preferredUsername || user.email || user.user || null;
  } catch {
    return null;
  }
}

const SENTENCES = {
  offline: "Нет связи с сервером. Проверьте подключение к сети.",
  401: "Сеанс закончился или вы ещё не вошли.",
  403: "У вашей учётной записи нет доступа к этим данным.",
  404: "Таких данных нет.",
  429: "Слишком много запросов подряд. Подождите немного.",
};

/** A refusal or an outage: its status (0: no connection), code, a sentence for a person, the request's id. */
export class ApiError extends Error {
  constructor(status, { code = null, detail = null, request_id = null } = {}) {
    super(detail ?? SENTENCES[status || "offline"] ?? "Сервис временно недоступен. Данные сохранены, повторите попытку.");
    Object.assign(this, { status, code, requestId: request_id });
  }
}

/** Ask and give the answer; raises ApiError for all but a success. */
export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { ...options, headers: { ...(await credentials()), ...options.headers } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0);
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function refusal(answer) {
  let problem = {};
  if ((answer.headers.get("content-type") ?? "").includes("problem+json")) {
    problem = await answer.json().catch(() => ({}));
  }
  return new ApiError(answer.status, { request_id: answer.headers.get("x-request-id"), ...problem });
}

const waiting = new Map();

/** Ask for JSON; the same address asked for twice at once is asked for once. */
export function get(path) {
  if (!waiting.has(path)) {
    const asking = ask(path).then((answer) => answer.json()).finally(() => waiting.delete(path));
    waiting.set(path, asking);
  }
  return waiting.get(path);
}

/** Send JSON and get JSON. */
export async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return (await ask(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
}
