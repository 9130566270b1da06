// Who is logged in, and how to log in. assets/config.json says which of three ways holds here:
// "oauth2": a cookie of oauth2-proxy, seen by nginx; "oidc": a bearer token that this page fetches; "none":
// nobody logs in.
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
