"""The administrator's guide against the files: commands, ports, variables and paths are the real ones."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fly_potato.main import COMMANDS
from tests.stack.compose import HOSTS, Compose, get, live, wait
from tests.stack.conftest import Variants
from tests.stack.test_files import LOCAL, ROOT, compose

GUIDE = (ROOT / "docs/admin-guide.ru.md").read_text()
BOOKS = sorted((ROOT / "docs/operations").glob("*.ru.md"))


def commands(text: str, prefix: str) -> list[list[str]]:
    """Give the commands of the code blocks that begin with a prefix."""
    blocks = re.findall(r"```\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [shlex.split(line, comments=True) for line in lines if line.startswith(prefix)]


def test_the_guides_commands_name_what_there_is() -> None:
    services = set(compose("compose.yaml")["services"])
    found = commands(GUIDE, "docker compose")
    assert len(found) >= 12
    for command in found:
        rest = command[2:]
        profiles = [rest[i + 1] for i, word in enumerate(rest) if word == "--profile"]
        assert set(profiles) <= {"core", "auth", "monitoring", "all"}
        words = [w for i, w in enumerate(rest) if not w.startswith("-") and (i == 0 or rest[i - 1] != "--profile")]
        assert words[0] in {"up", "run", "down", "logs"}
        assert set(words[1:]) <= services, command


def test_the_guides_ports_are_the_files() -> None:
    table = dict(re.findall(r"^\| ([a-z0-9_-]+) \| (\d+ → \d+) \|", GUIDE, re.MULTILINE))
    published = {n: s["ports"][0] for n, s in compose("compose.yaml")["services"].items() if "ports" in s}
    assert {name: ports.replace(" → ", ":") for name, ports in table.items()} == {
        name: ports.removeprefix("127.0.0.1:") for name, ports in published.items()
    }


@pytest.mark.parametrize("path", [ROOT / "docs/admin-guide.ru.md", *BOOKS], ids=lambda path: path.name)
def test_variables_targets_and_paths_exist(path: Path) -> None:
    text = path.read_text()
    example = (ROOT / ".env.example").read_text()
    names = set(re.findall(r"^([A-Z][A-Z0-9_]+)=", example, re.MULTILINE)) | set(
        re.findall(r"([A-Z][A-Z0-9_]{3,})", (LOCAL / "compose.prod.yaml").read_text())
    )
    names |= {
        "KEYCLOAK_ADMIN",
        "KEYCLOAK_ADMIN_PASSWORD",
        "KC_HTTP_RELATIVE_PATH",
        "YOUR_DOMAIN",
        "T_sync_response",
        "PGPASSWORD",
        "YYYYMMDD",
        "DATALENS_IDS",
        "CONTAINER_NAME",
    }
    # A whole group, as in `BACKUP_S3_*`.
    names |= {"_".join(name.split("_")[:count]) for name in names for count in (2, 3)}
    # What a command of ours reads, and the codes that the product tells.
    names |= {
        name
        for room in ("fly_potato", "shared")
        for source in (ROOT / room).rglob("*.py")
        for name in re.findall(r"\b[A-Z][A-Z0-9_]{3,}", source.read_text())
    }
    named = set(re.findall(r"\b([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])\b", text))
    assert named - names == set()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)`", text)) <= targets
    for name in re.findall(r"`((?:local|docs|spec|requirements)/[A-Za-z0-9_./-]+)`", text):
        assert (ROOT / name).exists() or (ROOT / name).is_symlink(), name
    for name in re.findall(r"`([a-z-]+\.ru\.md)`", text):
        assert (ROOT / "docs/operations" / name).exists(), name


def first_edition() -> list[tuple[str, str]]:
    """Read what section 10.1 says of each command of the first edition: the command, and what holds now."""
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", GUIDE.split("### 10.1", 1)[1].replace(r"\|", "\0"), re.MULTILINE)
    return [(old.replace("\0", "|"), now.replace("\0", "|")) for old, now in rows[1:]]


def test_what_is_said_to_hold_as_written_stands_in_the_guide() -> None:
    typable = "\n".join(re.findall(r"```\n(.*?)```", GUIDE, re.DOTALL)) + "".join(re.findall(r"`(.+?)`", GUIDE))
    books = "".join(path.read_text() for path in BOOKS)
    text = first_edition()
    assert len(text) > 25
    for old, now in text:
        if now.startswith("как написано") and old.startswith("`") and old.count("`") == 2:
            assert old.strip("`") in typable, old
        assert now.startswith("как написано") or now == "там же" or "`" in now, old
        for command in re.findall(r"`(\$PROD .+?)`", now):
            assert command in books, command


def test_no_command_of_the_first_edition_is_passed_over() -> None:
    """Compared without spaces: the first edition breaks its lines where the page ended."""
    edition = ROOT.parent / "shared/seed/admin-guide.ru.md"
    if not edition.exists():
        pytest.skip("the first edition is not beside the project")
    text = edition.read_text()
    parts = [text.split("## 3 Установка")[1].split("## 4 Конфигурация")[0], text.split("## 6 Резервное")[1]]
    blocks = "\n".join(re.findall(r"```\n(.*?)```", "\n".join(parts), re.DOTALL)).replace("\\\n", "")
    lines = [line for line in blocks.splitlines() if not line.startswith("#")]
    left = re.sub(r"\s", "", "".join(lines))
    left = re.sub(r"constDATALENS_IDS.*?,}|scrape_configs:.*?9399'\]\}\]", "", left).replace(
        "import-realm'ужезадана", ""
    )
    for old in sorted((re.sub(r"\s", "", old.strip("`")) for old, _ in first_edition()), key=len, reverse=True):
        left = left.replace(old, "")
    assert left == ""


@pytest.fixture(scope="module")
def from_nothing(variants: Variants) -> Iterator[None]:
    """Clear everything away before the guide's first command and after its last."""
    everything = Compose("--profile", "all")
    variants.close()
    everything("down", "-v", "--remove-orphans")
    yield
    everything("down", "-v", "--remove-orphans")
    (ROOT / ".env.dev").unlink(missing_ok=True)


def typed(line: str, seconds: float = 900) -> str:
    """Run a line of the guide in a shell, at the repository's root."""
    done = subprocess.run(
        ["bash", "-c", line], cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, f"{line}\n{done.stdout[-1500:]}{done.stderr[-1500:]}"
    return done.stdout


def section(title: str) -> list[str]:
    """Give the lines of the code block under a heading."""
    block = GUIDE.split(title, 1)[1].split("```\n", 2)[1].replace("\\\n", " ")
    return [line for line in block.splitlines() if line.strip() and not line.startswith("#")]


@live
def test_environment_database_and_backend(from_nothing: None) -> None:
    (copy,) = [line for line in section("#### 3.1.1") if line.startswith("cp ")]
    for line in [copy, *section("#### 3.1.2"), *section("#### 3.1.3")[:1]]:
        typed(line)
    wait(lambda: get("http://localhost:8073/health")[0] == 200, 120, "the backend")
    for line in section("#### 3.1.3")[1:]:
        typed(line)


@live
def test_authorisation_and_monitoring(from_nothing: None) -> None:
    for line in section("#### 3.1.4"):
        typed(line)
    for line in section("#### 3.1.5"):
        typed(line)
    wait(lambda: get("http://localhost/")[0] == 302, 120, "the way to the log-in")
    wait(lambda: get("http://localhost:9090/-/ready")[0] == 200, 60, "Prometheus")
    assert get("http://localhost:9093/-/ready")[0] == 200
    assert get("http://localhost:8080/realms/fly-potato")[0] == 200


@live
def test_logs_and_a_rebuilt_backend(from_nothing: None) -> None:
    for line in section("#### 9.1.3"):
        assert typed(line.replace(" -f ", " ")).strip()
    for line in section("#### 9.1.2"):
        typed(line)
    wait(lambda: get("http://localhost:8073/health")[0] == 200, 120, "the backend")


@live
def test_a_dump(from_nothing: None) -> None:
    for line in section("### 6.1 DEV"):
        typed(
            line.replace(
                "pg_dump -h localhost -p 5433",
                "docker compose exec -T -e PGPASSWORD postgres pg_dump -h localhost -p 5433",
            ).replace("-f ./data", "> ./data")
        )
    assert any((ROOT / "data/postgres-backups").glob("float_*.dump"))
    subprocess.run(["rm", "-rf", str(ROOT / "data/postgres-backups")], check=True)


@live
def test_the_database_anew(from_nothing: None) -> None:
    for line in section("#### 9.1.1"):
        typed(line)
    assert get("http://localhost/health")[0] in {200, 502, 504}


def test_all_prod_is_what_the_test_runs() -> None:
    makefile = (ROOT / "Makefile").read_text()
    shown = subprocess.run(["make", "-n", "all-prod"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"docker compose {' '.join(HOSTS)} --profile all" in shown
    assert "all-prod:" in makefile
    build = "$(if $(shell grep -s '^IMAGE_REGISTRY=.' .env.prod),--no-build,--build)"
    assert f"\t@python3 -m hosting.prepare .env.prod\n\t@$(PROD) up -d --remove-orphans {build} --wait\n" in makefile


def test_the_forms_of_an_incident_ask_for_what_is_wanted_later() -> None:
    book = (ROOT / "docs/operations/incidents.ru.md").read_text()
    card, review = re.findall(r"^```\n(.*?)^```", book, re.MULTILINE | re.DOTALL)
    for field in (
        "Важность",
        "Началось (UTC)",
        "Замечено (UTC)",
        "Персональные данные",
        "Выпуск и схема",
        "Исправлено (UTC)",
    ):
        assert f"{field}" in card, field
    for field in ("Последствия", "Как узнали", "Причина", "Меры (CAPA)", "Тест или алерт", "Меры проверены"):
        assert f"{field}" in review, field
    # Every command that it sends somebody to is there.
    for command in set(re.findall(r"`(?:\$PROD exec \w+ (?:with-secrets )?)?fly-potato (\w+)", book)):
        assert command in COMMANDS, command
    assert "`incidents.ru.md`" in (ROOT / "docs/operations/alerts.ru.md").read_text()


LIBRARIES = {
    "sqlalchemy": "2.0.39",
    "alembic": "1.15.1",
    "asyncpg": "0.30.0",
    "pydantic-settings": "2.8.1",
    "greenlet": "3.1.1",
    "pydantic": "2.11.7",
    "geopy": "2.4.1",
    "numpy": "2.3.1",
    "colorlog": "6.9.0",
    "httpx": "0.28.1",
    "prometheus-client": "0.22.1",
    "aiohttp": "3.12.14",
    "fastapi": "0.117.1",
    "uvicorn": "0.37.0",
    "pandas": "2.3.2",
    "openpyxl": "3.1.5",
    "geoalchemy2": "0.18.0",
    "pyjwt": "2.10.1",
    "python-multipart": "0.0.20",
}
"""The first edition's chapter 5, with the least version of each."""


def locked_on_hosts() -> dict[str, str]:
    """Give the version of every package that the image of hosts has."""
    text = (ROOT / "requirements/hosts.txt").read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==([0-9.]+)", text, re.MULTILINE))


def test_libraries_are_not_older_than_the_first_edition_wants_them() -> None:
    locked = locked_on_hosts()
    used = LIBRARIES.keys() & locked.keys()
    assert len(used) >= 12
    for library in used:
        have, least = (tuple(map(int, text.split("."))) for text in (locked[library], LIBRARIES[library]))
        assert have >= least, library


def test_every_library_of_the_first_edition_is_used_or_has_its_reason() -> None:
    changes = GUIDE.split("## 10. ", 1)[1].split("### 10.1", 1)[0]
    for library in LIBRARIES.keys() - locked_on_hosts().keys():
        (reason,) = re.findall(rf"^\| [^|]*\b{library}\b[^|]*\|[^|]+\| (.+) \|$", changes, re.MULTILINE)
        assert len(reason) > 20, library
