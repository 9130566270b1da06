// Asking the API, and what may go wrong then.
import { credentials } from "./session.js";

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
