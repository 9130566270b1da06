"""The hosts' variant: one way in, TLS as the guide wants it, log-in under /sso, administration closed."""

import base64
import hashlib
import hmac
import json
import re
import socket
import ssl
import subprocess
import time
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest

from hosting import environment
from hosting.realm import SIGNED_IN
from tests.stack import browser, engine, page, uploads
from tests.stack.browser import sign_in
from tests.stack.compose import get, healthy, live, wait
from tests.stack.conftest import Host
from tests.stack.hosts import DOMAIN
from tests.stack.test_tunnels import TEMPLATE, TUNNELS

pytestmark = live

ROOT = Path(__file__).resolve().parents[2]
RESOLVE = f"--host-resolver-rules=MAP {DOMAIN} 127.0.0.1"
CLOSED = (
    "/sso/admin/", "/sso/admin/master/console/", "/sso/admin;x/master/console/", "/sso;x/admin/", "/sso/%61dmin/",
    "/sso//admin/", "/sso/resources/../admin/", "/sso/realms/master", "/sso/realms/master/account/", "/sso/metrics",
    "/sso/health", "/sso/", "/sso/realms/fly-potato/../master/", "/metrics", "/healthz",
)  # fmt: skip


def ask(host: Host, path: str, name: str = DOMAIN, **headers: str) -> HTTPResponse:
    """Ask nginx under a name, trusting the test's CA alone."""
    context = ssl.create_default_context(cafile=str(host.tls / "ca.pem"))
    connection = HTTPSConnection(name, 443, timeout=20, context=context)
    raw = socket.create_connection(("127.0.0.1", 443), timeout=20)
    connection.sock = context.wrap_socket(raw, server_hostname=DOMAIN)
    try:
        connection.request("GET", path, headers={"Host": name, **headers})
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def curl(host: Host, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Ask with curl, trusting the test's CA alone; what it prints is the status."""
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}\n", "--cacert", str(host.tls / "ca.pem")]
    named = ["--resolve", f"{DOMAIN}:443:127.0.0.1"]
    return subprocess.run([*command, *named, *arguments], capture_output=True, text=True, check=False)


def listening(address: str) -> set[int]:
    """Find which of the guide's ports an address answers on."""
    ports = {80, 443, 4180, 5433, 8000, 8001, 8080, 9000, 9090, 9093, 9100, 9115, 9187, 9399, 3000, 4040, 44180}
    found = set()
    for port in ports:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((address, port)) == 0:
                found.add(port)
    return found


def test_everything_comes_up_healthy(host: Host) -> None:
    assert healthy(host.compose.states(), host.compose.services()) == []


def test_only_nginx_is_reached_from_outside(host: Host) -> None:
    assert listening(engine.INSIDE) == {80, 443}
    result = subprocess.run(
        ["docker", "ps", "--format", "{{.Names}} {{.Ports}}"], capture_output=True, text=True, check=True
    )
    published = [line for line in result.stdout.splitlines() if "->" in line]
    assert [line.split()[0] for line in published] == ["fly-potato-nginx-1"]


def test_the_inner_network_has_no_way_out(host: Host) -> None:
    """Nobody listens there, so whoever gets there at all is refused."""
    attempt = f"import socket; socket.create_connection(('{engine.OUTSIDE}', 9), 3)"
    assert "refused" not in host.compose("exec", "-T", "backend", "python", "-c", attempt, check=False)
    # Backups go elsewhere, and boundaries are fetched by the same way.
    assert "refused" in host.compose("exec", "-T", "backups", "python", "-c", attempt, check=False)
    outside = f"http://{engine.OUTSIDE}:9/"
    assert "refused" in host.compose("exec", "-T", "nginx", "wget", "-T", "3", "-O", "-", outside, check=False)


@pytest.mark.parametrize(("version", "works"), [("1.0", False), ("1.1", False), ("1.2", True), ("1.3", True)])
def test_tls_versions(host: Host, version: str, works: bool) -> None:
    ciphers = ["--ciphers", "DEFAULT:@SECLEVEL=0"]
    done = curl(host, f"--tlsv{version}", "--tls-max", version, *ciphers, f"https://{DOMAIN}/health")
    assert (done.returncode == 0) is works


def test_headers(host: Host) -> None:
    for path in ("/health", "/", "/api/uploads", "/oauth2/sign_in"):
        headers = ask(host, path).headers
        found = re.fullmatch(r"max-age=(\d+); includeSubDomains", headers["Strict-Transport-Security"])
        assert found is not None
        assert int(found[1]) >= 31536000
        policy = headers["Content-Security-Policy"]
        assert "frame-src https://datalens.yandex.cloud https://datalens.ru" in policy
        assert "default-src 'self'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Server"] == "nginx"


def test_plain_http_only_redirects(host: Host) -> None:
    with socket.create_connection(("127.0.0.1", 80), timeout=10) as plain:
        plain.sendall(f"GET /api/uploads?a=1 HTTP/1.1\r\nHost: {DOMAIN}\r\nConnection: close\r\n\r\n".encode())
        answer = plain.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 301 ")
    assert f"Location: https://{DOMAIN}/api/uploads?a=1\r\n" in answer


def test_the_answer_of_the_ca_is_stapled(host: Host) -> None:
    command = [
        "openssl",
        "s_client",
        "-connect",
        "127.0.0.1:443",
        "-servername",
        DOMAIN,
        "-status",
        "-CAfile",
        str(host.tls / "ca.pem"),
    ]

    def stapled() -> bool:
        output = subprocess.run(command, input="", capture_output=True, text=True, check=False).stdout
        return "OCSP Response Status: successful" in output and "Cert Status: good" in output

    # nginx asks after the first connection.
    wait(stapled, 60, "a stapled answer")


def test_another_name_gets_nothing(host: Host) -> None:
    with pytest.raises(Exception, match=r"without response|reset|closed"):
        ask(host, "/", name="elsewhere.test")


@pytest.mark.parametrize("path", CLOSED)
def test_administration_is_closed(host: Host, path: str) -> None:
    status = curl(host, "--path-as-is", f"https://{DOMAIN}{path}").stdout.strip()
    # Outside /sso a path that is nobody's leads to the log-in, which is just as closed.
    assert status in ({"404"} if path.startswith(("/sso/", "/metrics", "/healthz")) else {"404", "302"})


def test_administration_is_open_from_inside(host: Host) -> None:
    container = host.compose("ps", "-q", "keycloak").strip()
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    output = subprocess.run(["docker", "inspect", "-f", form, container], capture_output=True, text=True, check=True)
    status, _, _ = get(f"http://{output.stdout.strip()}:8080/sso/admin/master/console/")
    assert status == 200


@pytest.mark.parametrize(("service", "port"), TUNNELS)
def test_what_the_guide_opens_tunnels_to_answers_from_the_host(host: Host, service: str, port: str) -> None:
    command = ["docker", "inspect", "-f", TEMPLATE, f"fly-potato-{service}-1"]
    address = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert re.fullmatch(r"\d+(\.\d+){3}", address)
    assert get(f"http://{address}:{port}/")[0] < 500


PASSWORD = "a-long-phrase-of-hers"
NEWCOMER = f"""
set -e
cd /tmp
admin() {{ HOME=/tmp /opt/keycloak/bin/kcadm.sh "$@" --config /tmp/kcadm; }}
admin config credentials --server http://localhost:8080/sso --realm master \
    --user "$(cat /run/secrets/KC_BOOTSTRAP_ADMIN_USERNAME)" \
    --password "$(cat /run/secrets/KC_BOOTSTRAP_ADMIN_PASSWORD)"
admin create users -r fly-potato -s username=$0 -s enabled=true -s email=$0@example.invalid -s emailVerified=true \
    -s firstName=Вера -s lastName=Полётова -s "groups=[\\"/$1\\"]"
admin set-password -r fly-potato --username $0 --new-password {PASSWORD}
"""


def add(host: Host, name: str, group: str) -> None:
    """Make a person of a group in the running Keycloak, as its administrator does."""
    assert "Created new user" in host.compose("exec", "-T", "keycloak", "bash", "-c", NEWCOMER, name, group)


def one_time_code(secret: str, later: int = 0) -> str:
    """Give the code of now or of so many half minutes later, as an application for codes does (RFC 6238)."""
    moment = (int(time.time()) // 30 + later).to_bytes(8, "big")
    digest = hmac.digest(secret.encode(), moment, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def key_hash(host: Host) -> str:
    """Give the hash of the certificate's key, as the browser wants it."""
    public = ["openssl", "x509", "-in", str(host.tls / "leaf.pem"), "-pubkey", "-noout"]
    key = subprocess.run(public, capture_output=True, check=True).stdout
    binary = ["openssl", "pkey", "-pubin", "-outform", "der"]
    der = subprocess.run(binary, input=key, capture_output=True, check=True)
    return base64.b64encode(hashlib.sha256(der.stdout).digest()).decode()


def test_log_in_under_sso_and_a_workbook_by_the_one_door(host: Host, tmp_path: Path) -> None:
    add(host, "vera", "operator")
    # The browser takes this one key for good, by its hash; any other certificate it still refuses.
    with browser.started(RESOLVE, f"--ignore-certificate-errors-spki-list={key_hash(host)}") as session:
        sign_in(session, f"https://{DOMAIN}/", "vera", PASSWORD)
        wait(lambda: session.url == f"https://{DOMAIN}/", 30, "the site after log-in")
        cookies = {name: cookie for name, cookie in session.cookies().items() if name.startswith("_fp")}
        assert cookies
        assert all(c["secure"] and c["httpOnly"] and c["sameSite"] == "Lax" for c in cookies.values())
        file = tmp_path / "flights.xlsx"
        content, truth = uploads.workbook(tmp_path, 500)
        file.write_bytes(content)
        page.send(session, f"https://{DOMAIN}", file)
        assert page.new_flights(session, file) == truth["totals"]["flights"]
        assert page.flights(session, f"https://{DOMAIN}") > 0
        assert page.charts(session) > 0
        page.enter_grafana(session, f"https://{DOMAIN}")
        session.open(f"https://{DOMAIN}/grafana/d/fly-potato-state?kiosk&from=now-15m&to=now")
        page.see(session, "document.body.innerText.includes('База данных')")
        session.open(f"https://{DOMAIN}/logout")
        session.find("#password")
        assert session.url.startswith(f"https://{DOMAIN}/sso/realms/fly-potato/")


def test_an_administrator_needs_a_code_beside_the_password(host: Host) -> None:
    site, flags = f"https://{DOMAIN}/", (RESOLVE, f"--ignore-certificate-errors-spki-list={key_hash(host)}")
    add(host, "olga", "administrator")
    with browser.started(*flags) as session:
        sign_in(session, site, "olga", PASSWORD)
        secret = page.see(session, "document.querySelector('#totpSecret')?.value", 30)
        session.type("#totp", one_time_code(secret))
        session.type("#userLabel", "telephone")
        session.click("#saveTOTPBtn")
        wait(lambda: session.url == site, 30, "the site after the first code")
    with browser.started(*flags) as session:
        sign_in(session, site, "olga", PASSWORD)
        # No code is taken twice; the next one is taken already.
        session.type("#otp", one_time_code(secret, later=1))
        assert session.url.startswith(f"{site}sso/"), "the password alone lets nobody in"
        session.click("#kc-login")
        wait(lambda: session.url == site, 30, "the site after the second code")
        page.enter_grafana(session, site.rstrip("/"))
        status, orgs = session.fetch("/grafana/api/user/orgs")
        assert (status, [each["role"] for each in json.loads(orgs)]) == (200, ["Admin"])


def test_every_target_is_up_and_the_short_certificate_is_told(host: Host) -> None:
    def prometheus(path: str) -> dict[str, object]:
        data: dict[str, object] = json.loads(host.compose.read("prometheus", f"http://127.0.0.1:9090/api/v1/{path}"))[
            "data"
        ]
        return data

    def down() -> list[str]:
        targets = prometheus("targets")["activeTargets"]
        assert isinstance(targets, list)
        return [t["labels"]["job"] for t in targets if t["health"] != "up"]

    wait(lambda: not down(), 60, "all targets up")

    def expiring() -> bool:
        alerts = prometheus("alerts")["alerts"]
        assert isinstance(alerts, list)
        return any(a["labels"]["alertname"] == "cert_expiry_days" and a["state"] == "firing" for a in alerts)

    wait(expiring, 60, "cert_expiry_days")


def test_roles_of_the_database(host: Host) -> None:
    def denied(uri: str, statement: str) -> str:
        return host.compose("exec", "-T", "postgres", "psql", uri, "-c", statement, check=False)

    api = host.values["POSTGRES_URI"].replace("@postgres:", "@127.0.0.1:")
    assert "permission denied" in denied(api, "SELECT * FROM raw.rows")
    reader = f"postgresql://fp_datalens:{host.values['FP_DATALENS_PASSWORD']}@127.0.0.1:5433/float_mode"
    assert "permission denied" in denied(reader, "SELECT * FROM core.flights")
    assert "(1 row)" in denied(reader, "SELECT count(*) FROM mart.region_totals")


def test_no_secret_is_in_a_containers_configuration(host: Host) -> None:
    ids = host.compose("ps", "-a", "-q").split()
    output = subprocess.run(["docker", "inspect", *ids], capture_output=True, text=True, check=True).stdout
    for name in environment.SECRETS:
        assert host.values[name] not in output, name


def test_too_many_calls_are_turned_away(host: Host) -> None:
    assert {ask(host, "/api/uploads").status for _ in range(5)} == {401}
    addresses = [f"https://{DOMAIN}/api/uploads"] * 200
    assert "429" in curl(host, "--parallel", "--parallel-max", "30", *addresses).stdout.split()


EXECUTIONS = """
kcadm get authentication/flows/log-in/executions -r fly-potato --fields displayName,requirement,level,index,providerId
"""


def test_a_realm_of_an_earlier_release_gets_the_log_in_of_this_one(host: Host) -> None:
    """Twice, for whoever is not sure does it again; what the import had made comes out of it."""

    def in_keycloak(script: str) -> str:
        return host.compose("exec", "-T", "keycloak", "bash", "-c", SIGNED_IN + script)

    def executions() -> list[dict[str, object]]:
        # What kcadm says of its log-in stands before or after a line's end, as it happens.
        listed: list[dict[str, object]] = json.loads("[" + in_keycloak(EXECUTIONS).partition("[")[2])
        return listed

    imported = executions()
    assert [each.get("providerId") for each in imported].count("auth-otp-form") == 2
    in_keycloak("""
kcadm update realms/fly-potato -s browserFlow=browser
flow=$(kcadm get authentication/flows -r fly-potato --fields id,alias --format csv --noquotes | sed -n 's/,log-in$//p')
kcadm delete "authentication/flows/$flow" -r fly-potato
""")
    for _ in range(2):
        subprocess.run(["python3", "-m", "hosting.realm"], cwd=ROOT, check=True, capture_output=True)
        assert executions() == imported
    assert "log-in" in in_keycloak("kcadm get realms/fly-potato --fields browserFlow")
