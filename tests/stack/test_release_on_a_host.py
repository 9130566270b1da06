"""`make release` on a running host: images of a private registry by digest, dump, migration, trial, and the way back.

The host is the inner half with the five services that a release is about; its two releases are commits of a checkout of
its own, each with a migration more, and the second one's trial fails.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hosting import images
from tests.stack import hosts, report
from tests.stack.compose import HOSTS, Compose, live
from tests.stack.conftest import Host, Variants
from tests.stack.test_files import ROOT
from tests.stack.test_registry import REGISTRY, serving

pytestmark = live
TEAM = f"{REGISTRY}/team"
CORE = ("postgres", "migration", "s3", "backend", "backups")
LOG_IN = "keycloak"
SMOKE = "fly_potato/deploy/smoke.py"
BROKEN = "def on_host(*_: object, **__: object) -> dict[str, str]:\n    raise SystemExit(7)\n\n\ndef whole("
KEYS = """
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
key = RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key(), as_dict=True) | {"kid": "of-the-test"}
class Keys(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"keys": [key]}).encode())
HTTPServer(("", 8080), Keys).serve_forever()
"""
"""What stands in Keycloak's place: the trial asks whether a stranger's token is refused, which takes its keys."""
OVERLAY = "local/compose.internal.yaml"
MIGRATION = '''"""A table of the test's own."""
from alembic import op
revision, down_revision, branch_labels, depends_on = "{this}", "{before}", None, None
def upgrade() -> None:
    op.execute("CREATE TABLE core.of_release_{this} AS SELECT 1 AS kept")
def downgrade() -> None:
    op.execute("DROP TABLE core.of_release_{this}")
'''


@dataclass(frozen=True, slots=True)
class ReleasedHost(Host):
    """A host in a checkout with the tags one, two and three, of which one runs."""

    checkout: Path
    revisions: dict[str, str]

    def release(self, tag: str) -> subprocess.CompletedProcess[str]:
        """Type the command of the book; what is red on a host that is a minute old stops nothing."""
        command = ["make", "release", f"RELEASE={tag}", "ARGS=--anyway"]
        with report.timed(f"`{' '.join(command)}`"):
            return subprocess.run(command, cwd=self.checkout, capture_output=True, text=True, timeout=900, check=False)

    def answer(self, statement: str) -> str:
        """Ask the database as its owner."""
        psql = ("psql", "-U", "app_user", "-d", "float_mode", "-Atc", statement)
        return self.compose("exec", "-T", "postgres", *psql).strip()

    def lives(self, tag: str) -> bool:
        """Tell whether the schema and the backend are those of a release, and the backend is ready."""
        locked = images.locked(self.checkout / "local/registry.lock")["fly-potato/backend:0.1.0"]
        of_tag = git(self.checkout, "show", f"{tag}:local/registry.lock")
        backend = ["docker", "inspect", "-f", "{{.Config.Image}}", "fly-potato-backend-1"]
        running = subprocess.run(backend, check=True, capture_output=True, text=True).stdout.strip()
        return (
            self.answer("SELECT version_num FROM core.alembic_version") == self.revisions[tag]
            and running == f"{TEAM}/fly-potato/backend@{locked}"
            and locked in of_tag
            and self.compose.states()["backend"].startswith("running healthy")
        )


def git(checkout: Path, *words: str) -> str:
    """Run git as somebody, in a checkout."""
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", *words]
    return subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True).stdout.strip()


def publish(checkout: Path, tag: str, compose: Compose) -> None:
    """Build what the release runs, bring it to the registry, and commit with the lock, as on the machine of builds."""
    with report.timed(f"release {tag}: images of our own"):
        compose("build", *CORE[1:])
    digests = dict.fromkeys(images.run_on_hosts().values(), f"sha256:{0:064}")
    for image in sorted({images.run_on_hosts()[service] for service in CORE}):
        target = images.in_registry(image, TEAM)
        for words in (["tag", image, target], ["push", "--quiet", target]):
            subprocess.run(["docker", *words], check=True, capture_output=True)
        named = ["docker", "image", "inspect", "-f", "{{range .RepoDigests}}{{println .}}{{end}}", target]
        known = subprocess.run(named, check=True, capture_output=True, text=True).stdout.split()
        (digests[image],) = {each.partition("@")[2] for each in known if each.startswith(target.rpartition(":")[0])}
    # In Keycloak's place runs the backend's image, which has what serves keys.
    backend, log_in = (images.run_on_hosts()[service] for service in ("backend", LOG_IN))
    target = images.in_registry(log_in, TEAM)
    for words in (["tag", backend, target], ["push", "--quiet", target]):
        subprocess.run(["docker", *words], check=True, capture_output=True)
    digests[log_in] = digests[backend]
    lock = "".join(f"{image} {digest}\n" for image, digest in digests.items())
    (checkout / "local/registry.lock").write_text(f"# {tag}\n{lock}")
    git(checkout, "add", "-A")
    git(checkout, "commit", "-q", "-m", tag)
    git(checkout, "tag", tag)


def change(path: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file."""
    text = path.read_text()
    assert old in text, path
    path.write_text(text.replace(old, new))


def migrated(checkout: Path, before: str) -> str:
    """Add a migration to a checkout; gives its number."""
    this = f"{int(before) + 1:04}"
    (checkout / f"migrations/versions/{this}_of_the_test.py").write_text(MIGRATION.format(this=this, before=before))
    change(checkout / "shared/api/probes.py", f'SCHEMA_REVISION = "{before}"', f'SCHEMA_REVISION = "{this}"')
    return this


@contextmanager
def with_releases() -> Iterator[ReleasedHost]:
    """Make the checkout, publish its three releases, and bring the first one up by `make all-prod`."""
    with tempfile.TemporaryDirectory() as directory, serving(Path(directory)):
        Path(directory).chmod(0o755)
        checkout, tls = Path(directory) / "checkout", Path(directory) / "tls"
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(checkout)], check=True)
        hosts.certificate(tls, days=90)
        joined = hosts.between(tls)
        values = hosts.settings(tls, HOST_ROLE="internal", IMAGE_REGISTRY=TEAM, **joined)
        hosts.write(checkout / ".env.prod", values)
        away = sorted({*images.names(), "between"} - {*CORE, LOG_IN})
        overlay: dict[str, dict[str, dict[str, object]]]
        overlay = {"services": {name: {"image": "none", "profiles": ["other-host"]} for name in away}}
        overlay["services"][LOG_IN] = {
            "entrypoint": ["python", "-c", KEYS],
            "healthcheck": {"test": ["CMD", "probe", "http://127.0.0.1:8080/"]},
            "user": "10001:10001",
        }
        # Profiles are added up, and these are to have this one alone.
        text = json.dumps(overlay, indent=1).replace('"profiles": [', '"profiles": !override [')
        (checkout / OVERLAY).write_text(text)
        words = [part if part.startswith("-") else str(checkout / part) for part in [*HOSTS[:6], "-f", OVERLAY]]
        project = ["--project-directory", str(checkout / "local")]
        building = Compose(*project, *words, "--profile", "all")
        newest = max(path.name[:4] for path in (checkout / "migrations/versions").glob("0*.py"))
        revisions = {"one": newest}
        try:
            publish(checkout, "one", building)
            revisions["two"] = migrated(checkout, revisions["one"])
            publish(checkout, "two", building)
            revisions["three"] = migrated(checkout, revisions["two"])
            change(checkout / SMOKE, "def on_host(", BROKEN)
            publish(checkout, "three", building)
            git(checkout, "checkout", "-q", "one")
            compose = Compose(*project, *words, "-f", str(checkout / HOSTS[-1]), "--profile", "all")
            up = ["make", "all-prod"]
            done = subprocess.run(up, cwd=checkout, capture_output=True, text=True, timeout=900, check=False)
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
            yield ReleasedHost(compose, tls, values, checkout, revisions)
        finally:
            subprocess.run(["make", "down-prod"], cwd=checkout, capture_output=True, check=False)
            volumes = [f"fly-potato_{name}" for name in ("postgres", "s3", "backend")]
            subprocess.run(["docker", "volume", "rm", *volumes], capture_output=True, check=False)
            shutil.rmtree(checkout / "data", ignore_errors=True)


@pytest.fixture(scope="module")
def released(variants: Variants) -> ReleasedHost:
    """Give the host, with the first release running."""
    return variants.use(with_releases)


def test_a_release_is_pulled_migrated_and_tried_and_a_bad_one_gone_back_from(released: ReleasedHost) -> None:
    assert released.lives("one")
    released.answer("CREATE TABLE core.of_people AS SELECT generate_series(1, 1000) AS number")

    done = released.release("two")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert released.lives("two")
    dumps = [path.name for path in (released.checkout / "data/prod/backups").glob("float_*.dump")]
    assert dumps

    done = released.release("three")
    assert "Прежний выпуск работает" in done.stderr, done.stdout[-2000:] + done.stderr[-2000:]
    tables = released.answer("SELECT string_agg(tablename, ' ') FROM pg_tables WHERE tablename LIKE 'of_release_%'")
    assert tables == f"of_release_{released.revisions['two']}"
    assert released.lives("two")
    assert released.answer("SELECT count(*) FROM core.of_people") == "1000"
    assert git(released.checkout, "describe", "--tags") == "two"
