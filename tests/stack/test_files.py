"""What stands in the compose files and beside them, checked without an engine.

Programs that are not here (compose, nginx, amtool, promtool) are skipped by name; the rest is read as data.
"""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from hosting import environment, images, prepare
from tests.stack import programs, run

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / "local"
GUIDE = (ROOT / "docs/admin-guide.ru.md").read_text()


ROLES = ("analyst", "operator", "administrator")
PORTS = {
    "postgres": "5433:5433",
    "backend": "8073:8000",
    "nginx": "80:80",
    "keycloak": "8080:8080",
    "oauth2-proxy": "4180:4180",
    "prometheus": "9090:9090",
    "alertmanager": "9093:9093",
    "node_exporter": "9100:9100",
    "postgres_exporter": "9187:9187",
    "sql_exporter": "9399:9399",
    "s3": "9000:9000",
}


class _Loader(yaml.SafeLoader):
    """Reads compose's own tags as the values they mark."""


for _tag in ("!reset", "!override"):
    _Loader.add_constructor(_tag, lambda loader, node: _plain(loader, node))


def _plain(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_object(yaml.ScalarNode("tag:yaml.org,2002:null", node.value)) if node.value else None


def compose(name: str) -> dict[str, Any]:
    """Read one of the compose files."""
    read: dict[str, Any] = yaml.load((LOCAL / name).read_text(), _Loader)  # noqa: S506 - our own loader is a safe one
    return read


def program(name: str) -> str:
    """Find a program or skip the test by its name."""
    found = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_profiles_are_the_guides() -> None:
    services = compose("compose.yaml")["services"]
    profiles = {
        profile: {n for n, s in services.items() if profile in s["profiles"]}
        for profile in ("core", "auth", "monitoring", "all")
    }
    assert profiles["core"] == {"postgres", "migration", "s3", "backend"}
    assert profiles["auth"] == {"keycloak", "oauth2-proxy", "nginx", "nginx_exporter", "site"}
    exporters = {"node_exporter", "postgres_exporter", "sql_exporter", "blackbox_exporter"}
    assert profiles["monitoring"] == {"prometheus", "alertmanager", "grafana", *exporters}
    assert profiles["all"] == set(services)


def test_ports_are_the_guides_and_stay_on_the_machine() -> None:
    published = {n: s["ports"] for n, s in compose("compose.yaml")["services"].items() if "ports" in s}
    assert published == {name: [f"127.0.0.1:{ports}"] for name, ports in PORTS.items()}


def test_on_hosts_nobody_but_nginx_publishes_a_port() -> None:
    development, hosts = compose("compose.yaml")["services"], compose("compose.prod.yaml")
    for name, service in development.items():
        changed = hosts["services"][name]
        if name == "nginx":
            assert changed["ports"] == ["443:443", "80:80"]
        elif "ports" in service:
            assert changed["ports"] == []
        assert changed["networks"], name
    assert set(hosts["networks"]) == {"dmz", "internal", "boards"}
    assert hosts["networks"]["internal"] == hosts["networks"]["boards"] == {"internal": True}
    assert "internal" not in hosts["networks"]["dmz"]
    # Grafana believes a header, so nobody reaches it but nginx and whom it asks.
    near = {name for name, service in hosts["services"].items() if "boards" in service["networks"]}
    assert near == {"grafana", "nginx", "prometheus", "alertmanager"}
    assert hosts["services"]["grafana"]["networks"] == ["boards"]
    in_dmz = {name for name, service in hosts["services"].items() if "dmz" in service["networks"]}
    assert in_dmz == {"nginx", "oauth2-proxy", "prometheus", "alertmanager", "backups"}


def of_hosts_alone() -> dict[str, Any]:
    """Give the services that development lacks."""
    development = compose("compose.yaml")["services"]
    return {
        name: description
        for name, description in compose("compose.prod.yaml")["services"].items()
        if name not in development
    }


@pytest.mark.parametrize("services", [compose("compose.yaml")["services"], of_hosts_alone()])
def test_services_are_held_tight(services: dict[str, Any]) -> None:
    assert set(of_hosts_alone()) == {"backups"}
    for service, description in services.items():
        assert description["cap_drop"] == ["ALL"], service
        assert description["security_opt"] == ["no-new-privileges:true"], service
        assert description["mem_limit"], service
        assert description["read_only"] or service == "keycloak", service
        assert description.get("healthcheck") or service in {"migration", "site", "nginx_exporter"}, service


def user_of(name: str, description: dict[str, Any]) -> str:
    """Give the user that a service runs as: the one it names, or the one that our own image ends with."""
    if "user" in description:
        return str(description["user"])
    build = description["build"]
    directory = build.get("dockerfile", f"local/{build['context']}/Dockerfile")
    return re.findall(r"^USER (\S+)$", (ROOT / directory).read_text(), re.MULTILINE)[-1]


def test_nobody_runs_as_root_and_hosts_loosen_nothing() -> None:
    development, hosts = compose("compose.yaml")["services"], compose("compose.prod.yaml")["services"]
    for name, description in development.items():
        number = user_of(name, description).split(":")[0]
        assert number.isdigit(), name
        assert int(number) > 0, name
        changed = hosts[name]
        assert changed.get("read_only", description["read_only"]) is True, name
        assert not {"user", "cap_add", "cap_drop", "privileged", "security_opt"} & set(changed), name
        assert not {"cap_add", "privileged", "network_mode"} & set(description), name
        assert description.get("pid") is None or name == "node_exporter"
        assert mebibytes(changed.get("mem_limit", description["mem_limit"])) >= mebibytes(description["mem_limit"]), (
            name
        )
        assert description["logging"]["options"] == {"max-size": "10m", "max-file": "3"}, name


def mebibytes(limit: str) -> int:
    """Read a limit of memory."""
    return int(limit[:-1]) * {"m": 1, "g": 1024}[limit[-1]]


def test_limits_of_memory_fit_the_hosts_of_the_guide() -> None:
    development, changed = compose("compose.yaml")["services"], compose("compose.prod.yaml")["services"]
    hosts = {name: mebibytes({**sizes, **changed[name]}["mem_limit"]) for name, sizes in development.items()}
    assert sum(hosts.values()) <= 26 * 1024
    assert sum(mebibytes(sizes["mem_limit"]) for sizes in development.values()) <= 16 * 1024
    sizes = re.findall(r"^\| (\w+) \|.*\| (\d+) ГБ[^|]*\|$", GUIDE, re.MULTILINE)
    assert len(sizes) >= 4
    assert {name: hosts[name] for name, _ in sizes} == {name: int(limit) * 1024 for name, limit in sizes}


def test_memory_is_mounted_where_permissions_outlive_a_restart() -> None:
    """Elsewhere than on a directory of the image a tmpfs is the root's alone once its container starts again."""
    mounted = {}
    for name in ("compose.yaml", "compose.prod.yaml"):
        for service, description in compose(name)["services"].items():
            mounted |= {(service, mount.split(":")[0]): description for mount in description.get("tmpfs", [])}
    elsewhere = {where for where in mounted if where[1] != "/tmp"}
    assert elsewhere == {("postgres", "/var/run/postgresql"), ("keycloak", "/opt/keycloak/data/tmp")}
    assert "mkdir -p /opt/keycloak/data/tmp" in (LOCAL / "images/keycloak/Dockerfile").read_text()


def test_every_list_of_packages_has_what_its_extra_asks_for() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]

    def wanted(extra: str) -> set[str]:
        found = set()
        for line in extras[extra]:
            if line.startswith("fly-potato["):
                for inner in line.split("[")[1].rstrip("]").split(","):
                    found |= wanted(inner)
            else:
                found.add(re.split(r"[\[<>=]", line)[0].lower())
        return found

    for extra in ("local", "dev", "hosts", "stats", "upload", "process", "health", "embed_token", "migrate"):
        locked = set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / f"requirements/{extra}.txt").read_text(), re.MULTILINE))
        assert wanted(extra) - locked == set(), extra


def test_what_continuous_integration_runs_is_there() -> None:
    for name in run.CHECK:
        path, _, test = name.partition("::")
        assert f"def {test}(" in (ROOT / path).read_text(), name


def test_every_image_is_pinned_and_locked() -> None:
    assert set(images.locked()) == set(images.used())
    for image in images.used():
        assert re.fullmatch(r"[a-z0-9./_-]+:v?\d+[.-]\d+[a-z0-9.-]*", image), image
    for digest in images.locked().values():
        assert digest == images.MISSING or re.fullmatch(r"sha256:[0-9a-f]{64}", digest)


def test_stand_ins_are_of_the_pinned_versions() -> None:
    """All but those that Debian gives and the two that the Go proxy lacks; the report names what differs."""
    of_another = {"grafana/grafana", "burningalchemist/sql_exporter", "nginx", "python", "postgis/postgis"}
    pinned = dict(image.rsplit(":", 1) for image in images.used() if image.rsplit(":", 1)[0] not in of_another)
    built = {"quay.io/keycloak/keycloak": programs.KEYCLOAK}
    for image in pinned.keys() - built.keys():
        name = image.rpartition("/")[2]
        program = programs.GO_PROGRAMS.get(name) or programs.GO_PROGRAMS[name.replace("-", "_")]
        built[image] = (program.stamp or program.module).replace("@", "=").rpartition("=")[2]
    for image, version in pinned.items():
        assert version.removeprefix("v").removesuffix("-alpine") == built[image].removeprefix("v"), image


def test_a_lock_with_digests_pins_every_service() -> None:
    digests = {image: f"sha256:{number:064x}" for number, image in enumerate(images.used())}
    services = images.override(digests)
    assert set(services) == set(images.names())
    assert set(images.names()) == {*compose("compose.yaml")["services"], *compose("compose.prod.yaml")["services"]}
    assert digests["postgis/postgis:17-3.5"] in str(services["postgres"]["image"])
    assert digests["python:3.13-slim-trixie"] in str(services["backend"]["build"])


def test_a_private_registry_gives_every_image_by_its_digest(tmp_path: Path) -> None:
    lock = tmp_path / "registry.lock"
    with pytest.raises(LookupError, match="fly-potato/backend"):
        images.from_registry("registry.test/team", lock)
    run_there = sorted(set(images.run_on_hosts().values()))
    lock.write_text("# head\n" + "".join(f"{image} sha256:{n:064x}\n" for n, image in enumerate(run_there)))
    services = images.from_registry("registry.test/team", lock)
    assert set(services) == set(images.names())
    for service in services.values():
        assert re.fullmatch(r"registry\.test/team/[a-z0-9/_-]+@sha256:[0-9a-f]{64}", str(service["image"])), service
    assert str(services["oauth2-proxy"]["image"]).startswith("registry.test/team/oauth2-proxy/oauth2-proxy@")
    # Keycloak of hosts is one of ours.
    assert str(services["keycloak"]["image"]).startswith("registry.test/team/fly-potato/keycloak@")


def test_hosts_get_every_setting_that_there_is() -> None:
    """A variable of .env.example that compose.prod.yaml forgot would silently keep its default on hosts."""
    ours = (ROOT / ".env.example").read_text().split("# --- Containers only")[0]
    names = set(re.findall(r"^([A-Z][A-Z0-9_]*)=", ours, re.MULTILINE))
    backend = compose("compose.prod.yaml")["services"]["backend"]
    given = set(backend["environment"]) | set(backend["secrets"])
    # Fixed on hosts: the perimeter hides /metrics, the engine says where to listen.
    fixed = {"METRICS_TOKEN", "APP_PROMETHEUS_HOST", "APP_PROMETHEUS_PORT"}
    paths = {"DATALENS_PRIVATE_KEY_PATH", "DATALENS_NEXT_PRIVATE_KEY_PATH"}
    assert names - given - fixed - paths == set()


def test_every_secret_file_is_laid_out() -> None:
    named = set(compose("compose.prod.yaml")["secrets"])
    laid = set(prepare.secrets(dict.fromkeys((*environment.SECRETS, *environment.REQUIRED), "x" * 32)))
    assert named == laid
    used = {
        secret for service in compose("compose.prod.yaml")["services"].values() for secret in service.get("secrets", [])
    }
    assert used | {"FP_DATALENS_PASSWORD"} == named


ON_ONE_HOST = {"LOG_DRIVER": "journald", "POSTGRES_DISK": "/srv/postgres", "BACKUP_DISK": "/srv/backups"}


def test_compose_itself_accepts_the_files(tmp_path: Path) -> None:
    if subprocess.run([program("docker"), "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker has no compose plug-in")
    settings, own = tmp_path / ".env.prod", tmp_path / "images.yaml"
    settings.write_text(
        "KC_HOSTNAME=example.test\nOAUTH2_CLIENT_ID=x\nS3_ACCESS_KEY_ID=x\nHOST_ADDRESS=192.0.2.1\nOTHER_HOST_ADDRESS=192.0.2.2\n"
    )
    own.write_text(json.dumps({"services": prepare.services(ON_ONE_HOST)}))
    hosts = ["--env-file", str(settings), "-f", "local/compose.yaml", "-f", "local/compose.prod.yaml", "-f", str(own)]
    for leading in ([], hosts):
        command = ["docker", "compose", *leading, "--profile", "all", "config", "--format", "json"]
        model = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
        published = {name for name, service in model["services"].items() if service.get("ports")}
        assert published == {"nginx"} if leading else len(published) == 11
        logging = {json.dumps(service["logging"], sort_keys=True) for service in model["services"].values()}
        (where,) = logging
        assert json.loads(where)["driver"] == ("journald" if leading else "json-file")
        assert "max-size" not in where or not leading
    for role in environment.HALVES:
        half = [*hosts[:6], "-f", f"local/compose.{role}.yaml", *hosts[6:], "--profile", "all", "config", "--services"]
        output = subprocess.run(
            ["docker", "compose", *half], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
        assert ("nginx" in output.split(), "postgres" in output.split()) == (role == "dmz", role == "internal")
    mounts = {volume["target"]: volume["source"] for volume in model["services"]["postgres"]["volumes"]}
    assert mounts["/var/lib/postgresql/data"] == "/srv/postgres/data"
    assert mounts["/wal-archive"] == "/srv/backups/wal-archive"


def test_two_machines_are_one_host(tmp_path: Path) -> None:
    """Each service stands on one of the two, and what one asks of the other both have."""
    halves = {role: compose(f"compose.{role}.yaml")["services"] for role in environment.HALVES}
    away = {role: {n for n, s in each.items() if s.get("profiles") == ["other-host"]} for role, each in halves.items()}
    assert away["internal"] == environment.IN_DMZ
    assert away["internal"] | away["dmz"] == set(images.names())
    assert not away["internal"] & away["dmz"]
    for role, other in (("dmz", "internal"), ("internal", "dmz")):
        asks = (LOCAL / f"nginx/between/{role}.asks.conf").read_text()
        gives = (LOCAL / f"nginx/between/{other}.gives.conf").read_text()
        wanted = dict(re.findall(r"listen (\d+);.*proxy_ssl_name ([a-z0-9-]+);", asks))
        given = dict(re.findall(r"^    ([a-z0-9-]+) [a-z0-9_-]+:(\d+);$", gives, re.MULTILINE))
        assert {name: port for port, name in wanted.items()} == given
        aliases = halves[role]["between"]["networks"]["internal"]["aliases"]
        assert set(aliases) == set(re.findall(r"^    \S+ ([a-z0-9_-]+):", gives, re.MULTILINE))
        assert set(aliases) <= away[role]
    changed = prepare.services({"HOST_ROLE": "dmz", **ON_ONE_HOST})
    assert changed["between"] == prepare.as_nginx(changed)


def test_the_realm_is_what_the_guide_describes() -> None:
    realm = json.loads((LOCAL / "keycloak/import/fly-potato-realm.json").read_text())
    assert realm["bruteForceProtected"]
    assert 2 < realm["failureFactor"] < 10
    assert {role["name"] for role in realm["roles"]["realm"]} == {"analyst", "operator", "administrator"}
    assert {group["name"]: group["realmRoles"] for group in realm["groups"]} == {
        n: [n] for n in ("analyst", "operator", "administrator")
    }
    (client,) = realm["clients"]
    assert client["standardFlowEnabled"]
    assert not client["publicClient"]
    assert not client["directAccessGrantsEnabled"]
    assert client["redirectUris"] == ["${PUBLIC_URL}/oauth2/callback"]
    mappers = {mapper["name"]: mapper for mapper in client["protocolMappers"]}
    assert {"email", "preferred_username", "groups", "audience", "roles"} == set(mappers)
    for name in ("email", "preferred_username", "groups"):
        assert mappers[name]["config"]["claim.name"] == name
        assert mappers[name]["config"]["id.token.claim"] == mappers[name]["config"]["access.token.claim"] == "true"
    assert mappers["audience"]["config"]["included.custom.audience"] == "fly-potato"
    assert realm["eventsExpiration"] >= 180 * 86400
    assert "${" in client["secret"]


def test_users_of_development_are_invented_and_stay_there() -> None:
    users = json.loads((LOCAL / "keycloak/import/fly-potato-users-0.json").read_text())["users"]
    assert all(user["email"].endswith("@example.invalid") for user in users)
    (mounted,) = compose("compose.prod.yaml")["services"]["keycloak"]["volumes"]
    assert mounted.startswith("./keycloak/import/fly-potato-realm.json:")


def test_an_administrator_of_hosts_needs_a_second_factor() -> None:
    realm = json.loads((LOCAL / "keycloak/import/fly-potato-realm.json").read_text())
    flows = {flow["alias"]: flow["authenticationExecutions"] for flow in realm["authenticationFlows"]}
    conditions = {each["alias"]: each["config"] for each in realm["authenticatorConfig"]}
    assert realm["browserFlow"] == "log-in"
    (of_administrators,) = [
        step for step in flows["log-in form"] if step.get("flowAlias", "").endswith("administrators")
    ]
    assert of_administrators["requirement"] == "${SECOND_FACTOR}"
    condition, factor = flows[of_administrators["flowAlias"]]
    assert conditions[condition["authenticatorConfig"]] == {"condUserRole": "administrator", "negate": "false"}
    assert (factor["authenticator"], factor["requirement"]) == ("auth-otp-form", "REQUIRED")
    environments = [
        compose(name)["services"]["keycloak"]["environment"] for name in ("compose.yaml", "compose.prod.yaml")
    ]
    assert [each["SECOND_FACTOR"] for each in environments] == ["DISABLED", "CONDITIONAL"]


def test_oauth2_proxy_has_the_guides_flags() -> None:
    command = compose("compose.prod.yaml")["services"]["oauth2-proxy"]["command"]
    for flag in ("--cookie-secure=true", "--cookie-httponly=true", "--cookie-samesite=lax", "--pass-access-token=true"):
        assert flag in command
    assert "pass_authorization_header = true" in (LOCAL / "oauth2-proxy/oauth2-proxy.cfg").read_text()


def test_shell_scripts_parse() -> None:
    scripts = [
        *LOCAL.rglob("*.sh"),
        *(p for p in (LOCAL / "images/backend/bin").iterdir() if p.read_text().startswith("#!/bin/sh")),
    ]
    assert scripts
    for script in scripts:
        shell = "bash" if script.read_text().startswith("#!/bin/bash") else "sh"
        subprocess.run([shell, "-n", str(script)], check=True)
