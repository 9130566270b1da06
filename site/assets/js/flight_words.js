// A flight in words.
import { DASH, momentBy, typeName } from "./format.js";

export const STATES = { planned: "Только план", flown: "Выполнен", cancelled: "Отменён" };
export const OPERATORS = { state: "Государственный орган", organisation: "Организация", entrepreneur: "Предприниматель", person: "Физическое лицо", unknown: "Не указан" };
export const MATCHES = { inside: "внутри границ региона", near_border: "вне границ, не дальше 5 км от региона", outside: "вне границ регионов", none: "место неизвестно" };
export const SOURCES = { take_off: "место вылета", landing: "место посадки", zone: "середина зоны", none: "нет" };
export const KINDS = { loss: "значение потеряно", doubt: "под сомнением", repair: "исправлено при чтении", reject: "отказ" };

const unbroken = (text) => text.replaceAll(" ", "\u00a0");

/** When it took off and landed, Moscow time; in brackets where only the plan says it. */
export function times(flight) {
  const [dep, arr] = [flight.dep_dt ?? flight.plan_dep_dt, flight.arr_dt ?? flight.plan_arr_dt];
  const written = (moment, actual) => (moment ? (actual ? momentBy(moment) : `(${momentBy(moment)})`) : DASH);
  return [written(dep, flight.dep_dt), written(arr, flight.arr_dt)].map(unbroken);
}

/** The type as the telegram writes it, for a narrow column. */
export const craftCode = (flight) => `${flight.uav_type ?? "не указан"}${flight.uav_count > 1 ? ` × ${flight.uav_count}` : ""}`;
export const craft = (flight) => `${flight.uav_type ? typeName(flight.uav_type) : "тип не указан"}${flight.uav_count > 1 ? ` × ${flight.uav_count}` : ""}`;

/** A point in degrees with the sides of the world. */
export function point(position) {
  if (!position) return DASH;
  const [lon, lat] = position;
  const side = (value, [plus, minus]) => `${Math.abs(value).toFixed(4).replace(".", ",")}° ${value < 0 ? minus : plus}`;
  return `${side(lat, ["с. ш.", "ю. ш."])}, ${side(lon, ["в. д.", "з. д."])}`;
}

/** A zone in words. */
export function zone(area) {
  if (!area) return DASH;
  const place = ([lat, lon]) => point([lon, lat]);
  return {
    circle: () => `круг ${String(area.radius_km).replace(".", ",")} км вокруг точки ${place(area.center)}`,
    named: () => `зона ${area.names.join(", ")}`,
    polygon: () => `многоугольник, вершин ${area.points.length}`,
    route: () => `маршрут, точек ${area.points.length}`,
  }[area.kind]?.() ?? DASH;
}
