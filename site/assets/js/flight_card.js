// One flight in full: plan and fact, places, zone, what was doubted, in a dialog that has an address of its own.
import { parameters, change, link } from "./address.js";
import { get } from "./api.js";
import { el, icon } from "./dom.js";
import { date, DASH, duration, momentBy, number, zoneName } from "./format.js";
import { craft, KINDS, MATCHES, OPERATORS, point, SOURCES, STATES, zone } from "./flight_words.js";

const rows = (pairs) => el("dl", { class: "facts" }, pairs.filter(Boolean).map(([name, ...values]) => el("div", {}, el("dt", {}, name), values.map((value) => el("dd", {}, value)))));

function compared(flight) {
  const late = flight.dep_dt && flight.plan_dep_dt ? Math.round((new Date(flight.dep_dt) - new Date(flight.plan_dep_dt)) / 60000) : null;
  const lateness = late === null ? null : late === 0 ? "вовремя" : `${late > 0 ? "позже" : "раньше"} плана на ${duration(Math.abs(late))}`;
  const line = (name, plan, fact) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, plan), el("td", {}, fact));
  return el("div", {}, el("div", { class: "table-box" }, el("table", {}, el("caption", { class: "hidden-text" }, "План и факт"),
    el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col" }, "По плану"), el("th", { scope: "col" }, "На деле"))),
    el("tbody", {}, line("Вылет", momentBy(flight.plan_dep_dt), momentBy(flight.dep_dt)), line("Посадка", momentBy(flight.plan_arr_dt), momentBy(flight.arr_dt)),
      line("Длительность", duration(flight.plan_duration_min), duration(flight.duration_min))))), lateness && el("p", { class: "small soft" }, `Вылет ${lateness}.`));
}

function problems(flight, codes) {
  if (!flight.problems.length) return el("p", { class: "soft" }, "Замечаний нет.");
  return el("ul", { class: "problems" }, flight.problems.map((code) => el("li", {}, el("span", { class: `badge ${codes[code]?.kind === "loss" ? "bad" : codes[code]?.kind === "doubt" ? "warn" : ""}` }, KINDS[codes[code]?.kind] ?? code),
    " ", codes[code]?.explanation ?? code, " ", el("span", { class: "soft" }, codes[code]?.mend ?? ""), " ", el("a", { href: link("/flights", { problem: code }) }, "Все такие полёты"))));
}

function facts(flight, codes) {
  const level = flight.level_lower_m === null ? DASH : `${number(flight.level_lower_m)}–${number(flight.level_upper_m)} м`;
  return [
    rows([
      ["День", date(flight.day)], ["Состояние", STATES[flight.state]], ["Воздушное судно", craft(flight)], ["Эксплуатант", OPERATORS[flight.operator_kind]],
      ["Регион", flight.region ? el("a", { href: link("/region", { code: flight.region }, ["from", "to", "type", "days"]) }, flight.region_name) : DASH, flight.time_zone && `время ${zoneName(flight.time_zone)}`],
      ["Центр", flight.centre ? el("a", { href: link("/flights", { centre: flight.centre }) }, flight.centre) : DASH],
    ]),
    el("h3", {}, "План и факт"), compared(flight),
    el("h3", {}, "Место"),
    rows([["Вылет", point(flight.dep)], ["Посадка", point(flight.arr)], ["Зона", zone(flight.zone)], ["Высоты", level],
      ["Регион определён по", SOURCES[flight.position_source], MATCHES[flight.region_match]]]),
    flight.identity && el("h3", {}, "Номера"),
    flight.identity && rows([["Номер плана (SID)", flight.identity.sid ?? DASH], ["Позывной", flight.identity.callsign ?? DASH], ["Учётные номера", flight.identity.regs.join(", ") || DASH]]),
    el("h3", {}, "Замечания к данным"), problems(flight, codes),
    flight.identity && el("h3", {}, "Телеграммы"), flight.identity && texts(flight.id),
  ].filter(Boolean);
}

/** The rows that the flight was made of, asked for when somebody wants them: who reads them is put down. */
function texts(key) {
  const button = el("button", { type: "button", class: "button", "data-texts": key }, "Показать по полям");
  const box = el("div", { class: "flight-texts" }, button, el("p", { class: "small soft" }, "Тексты могут называть людей; кто и когда их читал, записывается."));
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    try {
      const [{ rows: found }, { explained, facts: pairs }] = await Promise.all([get(`/api/flights/${encodeURIComponent(key)}/telegrams`), import("./telegrams.js")]);
      const shown = found.map((row) => el("section", { "aria-label": `Строка ${row.row}` },
        el("p", { class: "small soft" }, `Загрузка ${row.load_id}, строка ${number(row.row)}, отправлена ${momentBy(row.sent_at)}${row.center ? `, центр ${row.center}` : ""}`),
        row.explanation && explained(row.explanation), row.cells.length > 0 && pairs(row.cells)));
      box.replaceChildren(...(shown.length ? shown : [el("p", { class: "soft" }, "Строк этого полёта нет.")]));
    } catch (error) {
      box.append(el("p", { class: "notice bad", role: "alert" }, error.message));
      button.removeAttribute("aria-busy");
    }
  });
  return box;
}

/** Show the flight that the address names, and go on showing what it names; closing takes it out of the address. */
export function flightCard() {
  const body = el("div", { class: "card-body" });
  const close = el("button", { type: "button", class: "button icon quiet", "aria-label": "Закрыть карточку" }, icon("cross"));
  const title = el("h2", { id: "flight-title" }, "Полёт");
  const dialog = el("dialog", { class: "flight-card", "aria-labelledby": "flight-title" }, el("div", { class: "flight-head" }, title, close), body);
  document.body.append(dialog);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => change({ flight: "" }, { silently: true }));
  const show = async () => {
    const key = parameters().get("flight");
    if (!key) return dialog.open && dialog.close();
    body.replaceChildren(el("p", { class: "soft", role: "status" }, "Загрузка…"));
    if (!dialog.open) dialog.showModal();
    try {
      const [flight, codes] = await Promise.all([get(`/api/flights/${encodeURIComponent(key)}`), get("/assets/vendor/codes.json").catch(() => ({}))]);
      title.textContent = `Полёт ${date(flight.day)}`;
      body.replaceChildren(...facts(flight, codes));
    } catch (error) {
      body.replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message));
    }
  };
  addEventListener("popstate", show);
  show();
  return (key) => {
    change({ flight: key }, { silently: true });
    return show();
  };
}
