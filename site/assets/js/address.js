// Filters live in the address, so a page can be sent to somebody as it stands.
/** What says which flights are counted, wherever they are. */
export const COUNTING = ["from", "to", "type", "days", "state"];
const KEPT = [...COUNTING, "region"];

export const parameters = () => new URLSearchParams(location.search);

/** The filters that are set, by name; of several regions none is the one that is asked for. */
export function filters(names = KEPT) {
  const query = parameters();
  const set = names.filter((name) => query.get(name) && query.getAll(name).length === 1);
  return Object.fromEntries(set.map((name) => [name, query.get(name)]));
}

/** What names an instant, and with it its flights: a period that is chosen ends it. */
const INSTANTS = ["since", "until", "airborne"];

/** Change parameters of the address; an empty value takes one away, a list sets one several times. Tells the page by "filterschange". */
export function change(values, { silently = false } = {}) {
  const query = parameters();
  if ("from" in values || "to" in values) INSTANTS.forEach((name) => query.delete(name));
  for (const [name, value] of Object.entries(values)) {
    if (value && !Array.isArray(value)) query.set(name, value);
    else query.delete(name);
    if (Array.isArray(value)) value.forEach((each) => query.append(name, each));
  }
  const text = query.toString();
  const address = location.pathname + (text ? `?${text}` : "");
  if (silently) history.replaceState(null, "", address);
  else {
    history.pushState(null, "", address);
    document.dispatchEvent(new Event("filterschange"));
  }
}

addEventListener("popstate", () => document.dispatchEvent(new Event("filterschange")));

/** The address of another page with the period, type and region carried on. */
export function link(path, extra = {}, names = KEPT) {
  const set = Object.entries({ ...filters(names), ...extra }).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const query = new URLSearchParams(set);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** Write a query, without what is not set. */
export function query(values) {
  const set = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(set).toString();
  return text ? `?${text}` : "";
}
