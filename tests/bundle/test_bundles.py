"""The bundles themselves: made twice, looked into, and fed with events in an empty environment."""

import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fly_potato.bundle import Bundle, Recipe, Started, build, recipes, start
from fly_potato.bundle.contents import ROOT, BundleError, needs
from fly_potato.database import set_passwords
from fly_potato.stack.postgres import Cluster
from shared.settings import StorageSettings
from shared.storage import Storage
from tests.conftest import HOSTILE_PASSWORD, ROLES, S3_SECRET
from tests.db.ingest_fixture import flight_row, write_workbook

EVENTS = ROOT / "tests" / "events"
NAMES = [recipe.name for recipe in recipes()]
# What a start may cost at most, in processor time, for the machine may be busy; bytecode is what keeps it there.
MOST_IMPORT_MILLISECONDS = 2_000
MOST_IMPORT_MEBIBYTES = 160


def event(function: str, name: str) -> dict[str, Any]:
    """Read a sample event."""
    read: dict[str, Any] = json.loads((EVENTS / function / f"{name}.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def managed(cluster: Cluster) -> Iterator[str]:
    """Make a database as the managed cluster has it: roles and PostGIS are there, the owner is no superuser."""
    name = "managed"
    for role in ROLES:
        cluster.sql(f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    cluster.sql(f"CREATE DATABASE {name} OWNER fp_owner")
    cluster.sql("CREATE EXTENSION postgis", name)
    set_passwords(cluster.uri(), dict.fromkeys(ROLES, HOSTILE_PASSWORD))
    yield name
    cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def environments(cluster: Cluster, managed: str, s3_settings: StorageSettings) -> Mapping[str, dict[str, str]]:
    """Give each function the variables that Terraform gives it, the password apart from the address."""

    def database(role: str) -> dict[str, str]:
        return {
            "POSTGRES_URI": f"postgresql://{role}@127.0.0.1:{cluster.port}/{managed}",
            "PGPASSWORD": HOSTILE_PASSWORD,
        }

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    bucket = {
        "S3_BUCKET": s3_settings.bucket,
        "S3_ENDPOINT_URL": s3_settings.endpoint_url,
        "S3_ACCESS_KEY_ID": s3_settings.access_key_id,
        "S3_SECRET_ACCESS_KEY": S3_SECRET,
    }
    return {
        "upload": database("fp_api") | bucket,
        "stats": database("fp_api") | bucket,
        "health": database("fp_api") | bucket | {"METRICS_TOKEN": "invented"},
        "process": database("fp_ingest") | bucket,
        "embed_token": {"DATALENS_PRIVATE_KEY": pem, "DATALENS_OVERVIEW_ID": "overview"},
        "migrate": database("fp_owner") | {"MIGRATE_CREATE_EXTENSION": "0", "MIGRATE_CREATE_ROLES": "0"},
    }


class Bench:
    """Starts bundles with their own variables."""

    def __init__(self, bundles: Mapping[str, Bundle], python: Path, environments: Mapping[str, dict[str, str]]) -> None:
        self._bundles, self._python, self._environments = bundles, python, environments

    def run(self, function: str, *events: Mapping[str, Any]) -> Started:
        """Hand events to a function in a fresh process."""
        return start(self._bundles[function].path, self._python, events, self._environments[function])

    def one(self, function: str, name: str) -> Any:
        """Hand over one sample event and give what came back; raising fails the test."""
        started = self.run(function, event(function, name))
        assert started.answers[0].raised is None, started.log[-3000:]
        return started.answers[0].value


@pytest.fixture(scope="module")
def bench(bundles: Mapping[str, Bundle], python: Path, environments: Mapping[str, dict[str, str]]) -> Bench:
    """Migrate through the bundle of migrate, as a deployment does, and give the others to try."""
    ready = Bench(bundles, python, environments)
    answer = ready.one("migrate", "migrate")
    assert answer["new"] is True
    assert answer["activated"] is True
    return ready


def body(answer: Mapping[str, Any]) -> Any:
    """Read the JSON of an HTTP answer."""
    return json.loads(answer["body"])


@pytest.mark.parametrize("name", NAMES)
def test_starts_with_nothing_but_itself(bundles: Mapping[str, Bundle], python: Path, name: str) -> None:
    recipe = next(each for each in recipes() if each.name == name)
    outside = needs((recipe.entry, *recipe.packages), ROOT).outside - recipe.uncalled
    started = start(bundles[name].path, python, expected=sorted(outside))
    assert started.import_cpu_milliseconds < MOST_IMPORT_MILLISECONDS
    assert started.import_mebibytes < MOST_IMPORT_MEBIBYTES


@pytest.mark.parametrize("name", NAMES)
def test_holds_no_ballast_and_compiled_code(bundles: Mapping[str, Bundle], name: str) -> None:
    with zipfile.ZipFile(bundles[name].path) as opened:
        names = opened.namelist()
        compiled = [each for each in names if each.endswith(".pyc")]
        sources = [each for each in names if each.endswith(".py")]
        # The folder of the build must not be in what tracebacks name.
        assert b"fly-potato-bundle-" not in opened.read("__pycache__/main.cpython-312.pyc")
    assert names[0] != "main.py"
    assert "main.py" in names
    assert len(compiled) == len(sources)
    assert not [
        each for each in names if re.search(r"(^|/)(tests?|bin)/|\.pyx$|\.pyi$|/RECORD$|^local/|^fly_potato/", each)
    ]
    assert not [each for each in names if each.startswith("botocore/data/ec2")]


def test_the_same_input_gives_the_same_bytes(python: Path, tmp_path: Path) -> None:
    made = []
    for number, umask in enumerate((0o022, 0o077)):
        root = tmp_path.joinpath(f"tree{number}", *["deeper"] * number)
        before = os.umask(umask)
        try:
            for part in ("functions", "shared", "requirements"):
                # The tree of the first copy, so that nobody's edit in between counts.
                shutil.copytree((made[0].path.parent.parent if made else ROOT) / part, root / part)
            made.append(build(Recipe("embed_token"), python, root / "out", root))
        finally:
            os.umask(before)
    assert made[0].sha256 == made[1].sha256
    root = made[1].path.parent.parent
    with (root / "shared" / "errors.py").open("a") as source:
        source.write("\n")
    assert (
        build(Recipe("embed_token"), python, made[1].path.parent, made[1].path.parent.parent).sha256 != made[0].sha256
    )


def test_other_python_than_the_clouds_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    from fly_potato.bundle.starting import VARIABLE, find_python

    monkeypatch.setenv(VARIABLE, "/bin/false")
    with pytest.raises(BundleError) as refused:
        find_python()
    assert refused.value.code == "BUNDLE_PYTHON_MISSING"


def test_what_is_missing_in_a_bundle_is_named(bundles: Mapping[str, Bundle], python: Path) -> None:
    with pytest.raises(BundleError, match="no_such_module_at_all"):
        start(bundles["embed_token"].path, python, expected=["no_such_module_at_all"])


def test_migrating_again_changes_nothing(bench: Bench) -> None:
    answer = bench.one("migrate", "migrate")
    assert answer["new"] is False
    assert re.fullmatch(r"\w+", answer["revision"])


def test_health(bench: Bench) -> None:
    assert body(bench.one("health", "health"))["status"] == "ok"
    ready = bench.one("health", "healthz")
    assert (ready["statusCode"], body(ready)["status"]) == (200, "ready"), body(ready)
    assert bench.one("health", "metrics")["statusCode"] == 401
    scrape = event("health", "metrics")
    scrape["headers"]["Authorization"] = "Bearer invented"
    scrape["multiValueHeaders"]["Authorization"] = ["Bearer invented"]
    answer = bench.run("health", scrape).answers[0]
    assert answer.value["statusCode"] == 200
    assert "fly_potato_database_up 1" in answer.value["body"]


def test_embed_token(bench: Bench) -> None:
    issued = bench.one("embed_token", "token")
    assert issued["statusCode"] == 200
    assert body(issued)["token"].count(".") == 2
    assert body(bench.one("embed_token", "keys"))["keys"]
    assert bench.one("embed_token", "dashboards")["statusCode"] == 200


def test_stats(bench: Bench) -> None:
    for name in ("overview", "flights", "regions"):
        answer = bench.one("stats", name)
        assert answer["statusCode"] == 200, (name, answer["body"][:500])


def test_upload_answers_whoever_asks(bench: Bench) -> None:
    assert bench.one("upload", "announce_by_nobody")["statusCode"] == 401
    assert bench.one("upload", "list")["statusCode"] == 200
    unknown = bench.run("upload", event("upload", "unknown"))
    assert unknown.answers[0].value["statusCode"] == 404, unknown.log[-3000:]


@pytest.mark.parametrize(("function", "name"), [("migrate", "migrate"), ("process", "created")])
def test_tls_is_asked_for_where_the_environment_says_so(
    bundles: Mapping[str, Bundle],
    python: Path,
    environments: Mapping[str, dict[str, str]],
    bench: Bench,
    function: str,
    name: str,
) -> None:
    # The test's server speaks no TLS, so whoever insists on it must fail, by SQLAlchemy as by asyncpg itself.
    insisting = environments[function] | {"PGSSLMODE": "require"}
    answer = start(bundles[function].path, python, [event(function, name)], insisting).answers[0]
    assert answer.raised is not None
    assert bench.run(function, event(function, name)).answers[0].raised is None


@pytest.mark.parametrize("name", ["edited", "deleted", "elsewhere", "nonsense", "created", "cleanup"])
def test_process_ends_quietly_where_coming_again_would_not_help(bench: Bench, storage: Storage, name: str) -> None:
    assert bench.one("process", name) is None


def test_process_comes_again_when_the_database_is_away(
    bundles: Mapping[str, Bundle], python: Path, environments: Mapping[str, dict[str, str]]
) -> None:
    away = environments["process"] | {"POSTGRES_URI": "postgresql://fp_ingest@127.0.0.1:1/managed"}
    answer = start(bundles["process"].path, python, [event("process", "created")], away).answers[0]
    assert answer.raised is not None
    assert HOSTILE_PASSWORD not in answer.raised


def test_a_workbook_goes_through_the_bundles(bench: Bench, storage: Storage, tmp_path: Path) -> None:
    rows = [flight_row(number) for number in range(3)]
    workbook = write_workbook(tmp_path / "Отчёт.xlsx", [*rows, ("Московский", "no telegram", None, None)])
    announcement = event("upload", "announce")
    announcement["body"] = json.dumps({**json.loads(announcement["body"]), "size": workbook.stat().st_size})
    announced = body(bench.run("upload", announcement).answers[0].value)
    address = announced["upload"]
    sent = httpx.put(address["url"], headers=address["headers"], content=workbook.read_bytes())
    assert sent.status_code == 200
    delivered = event("process", "created")
    delivered["messages"][0]["details"]["object_id"] = f"incoming/{announced['id']}.xlsx"
    # A trigger may deliver twice.
    took = bench.run("process", delivered, delivered)
    assert [answer.raised for answer in took.answers] == [None, None], took.log[-3000:]
    followed = event("upload", "unknown")
    followed["path"] = f"/api/uploads/{announced['id']}"
    followed["pathParameters"] = {"upload": announced["id"]}
    upload = body(bench.run("upload", followed).answers[0].value)
    assert upload["state"] == "loaded", upload
    assert upload["counts"]["flights_new"] == 3
    assert upload["counts"]["rows_rejected"] == 1
    assert "ИВАНОВ" not in took.log
