// Authorization code with PKCE (RFC 7636) from the page itself, for the gateway in the cloud, which wants bearer tokens.
const KEPT = "fly-potato.tokens";
const BEGUN = "fly-potato.login";
const EARLY_SECONDS = 30;
let discovered;

const discover = (config) => {
  discovered ??= fetch(`${config.issuer}/.well-known/openid-configuration`).then((answer) => answer.json());
  return discovered;
};
const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const redirect = () => `${location.origin}/`;
const read = (name) => JSON.parse(sessionStorage.getItem(name) ?? "null");

const claims = (token) => {
  const [, body] = (token ?? "").split(".");
  if (!body) return {};
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(body.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0))));
};

/** Leave for the issuer's page. */
export async function begin(config) {
  const [state, verifier, found] = [random(), random(), await discover(config)];
  sessionStorage.setItem(BEGUN, JSON.stringify({ state, verifier, back: location.pathname + location.search }));
  const challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const query = new URLSearchParams({
    response_type: "code", client_id: config.client_id, redirect_uri: redirect(), scope: config.scope ?? "openid profile",
    state, code_challenge: challenge, code_challenge_method: "S256", ...(config.audience ? { audience: config.audience } : {}),
  });
  location.assign(`${found.authorization_endpoint}?${query}`);
  return new Promise(() => {}); // the page is left; nothing goes on
}

/** Take the code out of the address, if this is the way back, and go on to where the person was. */
async function complete(config) {
  const query = new URLSearchParams(location.search);
  const begun = read(BEGUN);
  if (!query.has("state") || !begun || query.get("state") !== begun.state) return;
  sessionStorage.removeItem(BEGUN);
  history.replaceState(null, "", begun.back);
  if (query.has("code")) {
    await exchange(config, { grant_type: "authorization_code", code: query.get("code"), redirect_uri: redirect(), code_verifier: begun.verifier });
  }
  if (begun.back !== "/") {
    location.reload();
    await new Promise(() => {}); // the page is left; nothing goes on
  }
}

async function exchange(config, form) {
  const found = await discover(config);
  const answer = await fetch(found.token_endpoint, { method: "POST", body: new URLSearchParams({ client_id: config.client_id, ...form }) });
  if (!answer.ok) {
    sessionStorage.removeItem(KEPT);
    return null;
  }
  const granted = await answer.json();
  const before = read(KEPT) ?? {};
  const id = granted.id_token ?? before.id;
  // What the API is told: an access token for whom the issuer makes one, else the ID token, which has an end of its own.
  const [bearer, seconds] = config.token === "id" ? [id, (claims(id).exp ?? 0) - Date.now() / 1000] : [granted.access_token, granted.expires_in ?? 60];
  const tokens = { access: bearer, refresh: granted.refresh_token ?? before.refresh, id, until: Date.now() + 1000 * seconds };
  sessionStorage.setItem(KEPT, JSON.stringify(tokens));
  return tokens.access;
}

let renewing;
/** A token that holds for a while yet, or null: then one has to log in. */
export async function accessToken(config) {
  renewing ??= (async () => {
    await complete(config);
    const tokens = read(KEPT);
    if (!tokens) return null;
    if (tokens.until - Date.now() > 1000 * EARLY_SECONDS) return tokens.access;
    return tokens.refresh ? exchange(config, { grant_type: "refresh_token", refresh_token: tokens.refresh }) : null;
  })().finally(() => { renewing = undefined; });
  return renewing;
}

/** Forget the tokens and leave by the issuer's page. */
export async function end(config) {
  const tokens = read(KEPT);
  sessionStorage.removeItem(KEPT);
  const { end_session_endpoint: endpoint } = await discover(config);
  const query = new URLSearchParams({ post_logout_redirect_uri: redirect(), client_id: config.client_id, ...(tokens?.id ? { id_token_hint: tokens.id } : {}) });
  location.assign(endpoint ? `${endpoint}?${query}` : "/");
}

/** The person's name as the ID token tells it. */
export function name() {
  const { preferred_username: login, name: full, email } = claims(read(KEPT)?.id);
  return login ?? full ?? email ?? null;
}
