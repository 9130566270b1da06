// The API's description, shown by Swagger UI, which may also ask the API in the name of who is logged in.
import { credentials } from "../api.js";
import { el } from "../dom.js";
import { frame, lead } from "../shell.js";

const DESCRIPTION = "/openapi.json";

function load(tag, attributes) {
  return new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement(tag), attributes, { onload: resolve, onerror: reject }));
  });
}

async function show() {
  frame();
  lead("Адреса, параметры и ответы. Запросы уходят от вашего имени.");
  const body = el("div", { id: "body", "aria-busy": "true" });
  const file = el("p", { class: "small" }, el("a", { href: DESCRIPTION }, "Описание для программ (OpenAPI, JSON)"));
  document.getElementById("main").append(file, body);
  try {
    await Promise.all([
      load("link", { rel: "stylesheet", href: "/assets/vendor/swagger-ui.css" }),
      load("script", { src: "/assets/vendor/swagger-ui-bundle.js" }),
    ]);
    await draw(body);
  } catch {
    body.append(el("p", { class: "notice" }, "Описание не загрузилось. Обновите страницу или откройте файл по ссылке выше."));
  }
  body.removeAttribute("aria-busy");
}

const draw = (body) => new Promise((resolve) => {
  // Its colours are for paper whatever the theme.
  Object.assign(body.style, { background: "#fff", color: "#1b2733", colorScheme: "light", borderRadius: "12px", padding: "0 1rem" });
  window.SwaggerUIBundle({
    url: DESCRIPTION, domNode: body, validatorUrl: null, docExpansion: "list", defaultModelsExpandDepth: 0, onComplete: resolve,
    requestInterceptor: async (request) => Object.assign(request, { headers: { ...request.headers, ...(await credentials()) } }),
  });
});

show();
