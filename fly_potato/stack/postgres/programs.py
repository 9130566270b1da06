"""PostgreSQL's programs with PostGIS: where they lie on this machine, how they are installed, as whom they run.

They come from the distribution's packages, without a system cluster coming along. PostgreSQL refuses root, so under
root the system user ``postgres`` takes over.
"""

import hashlib
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.errors import ConfigurationError

NEEDED = ("initdb", "pg_ctl", "pg_config", "postgres", "psql")
MINIMUM_MAJOR = 14
PACKAGED = (
    (Path("/usr/lib/postgresql"), "*/bin"),
    (Path("/usr"), "pgsql-*/bin"),
    (Path("/opt/homebrew/opt"), "postgresql@*/bin"),
)

NO_SYSTEM_CLUSTER = Path("/etc/postgresql-common/createcluster.d/fly-potato.conf")
"""Debian's server package makes and starts a cluster ``main`` on port 5432 unless a file here says not to."""
APT = ("env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=300")
SYSTEM_USER = "postgres"
SYSTEM_HOME = Path("/var/lib/fly-potato")
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Binaries:
    """The directory of one PostgreSQL's programs and its major version."""

    directory: Path
    major: int

    def program(self, name: str) -> str:
        """Name the full path of one program."""
        return str(self.directory / name)


def find_postgres() -> Binaries | None:
    """Find the newest PostgreSQL with PostGIS, or None; ``FLY_POTATO_PG_BIN`` names a directory to look in instead."""
    candidates = [binaries for directory in _candidates() if (binaries := _with_postgis(directory)) is not None]
    return max(candidates, key=lambda binaries: binaries.major, default=None)


def _candidates() -> Iterator[Path]:
    configured = os.environ.get("FLY_POTATO_PG_BIN")
    if configured:
        yield Path(configured)
        return
    for root, pattern in PACKAGED:
        yield from root.glob(pattern)
    # A program on PATH may be a wrapper or a link into the directory that holds them all.
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent


def _with_postgis(directory: Path) -> Binaries | None:
    if not all(os.access(directory / name, os.X_OK) for name in NEEDED):
        return None
    major = re.search(r"\d+", _ask(directory, "--version"))
    control = Path(_ask(directory, "--sharedir")) / "extension" / "postgis.control"
    if major is None or int(major.group()) < MINIMUM_MAJOR or not control.is_file():
        return None
    return Binaries(directory, int(major.group()))


def _ask(directory: Path, option: str) -> str:
    answer = subprocess.run(  # noqa: S603
        [str(directory / "pg_config"), option], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()


def install_postgis() -> Binaries:
    """Give the programs of a PostGIS, installing Debian or Ubuntu packages where there are none.

    Raises ``ConfigurationError`` with what is missing: no apt, no right to install, no such package, a failed install.
    """
    binaries = find_postgres()
    if binaries is not None:
        return binaries
    if shutil.which("apt-get") is None:
        raise ConfigurationError("POSTGIS_MISSING", _sentence("на этой машине нет apt-get, пакет поставить нечем"))
    privilege = _privilege()
    package = _package() or _package_after_update(privilege)
    with _no_system_cluster(privilege):
        _apt(privilege, "install", "--no-install-recommends", "--no-upgrade", package, f"{package}-scripts")
    binaries = find_postgres()
    if binaries is None:
        raise ConfigurationError(
            "POSTGIS_MISSING", _sentence(f"пакет {package} установлен, но программ в нём не нашлось")
        )
    return binaries


def _sentence(reason: str) -> str:
    return (
        f"Нужен PostgreSQL с PostGIS: {reason}. Установите пакет вида postgresql-15-postgis-3 "
        "(или запустите Docker) и повторите; каталог программ можно назвать в FLY_POTATO_PG_BIN."
    )


def _privilege() -> tuple[str, ...]:
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") is None:
        raise ConfigurationError(
            "POSTGIS_NO_RIGHTS", _sentence("нет прав на установку пакетов (вы не root, и нет sudo)")
        )
    if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:  # noqa: S607
        return ("sudo", "-n")
    if sys.stdin.isatty():
        return ("sudo",)
    raise ConfigurationError("POSTGIS_NO_RIGHTS", _sentence("sudo просит пароль, а спросить его не у кого"))


def _package() -> str | None:
    """Name the package: that of a server already there, else the newest the distribution offers."""
    listed = subprocess.run(
        ["apt-cache", "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    majors = [int(major) for major in re.findall(r"^postgresql-(\d+)-postgis-3 ", listed.stdout, re.MULTILINE)]
    servers = [int(path.name) for path in PACKAGED[0][0].glob("[0-9]*") if path.name.isdigit()]
    best = max(majors, key=lambda major: (major in servers, major), default=None)
    return None if best is None else f"postgresql-{best}-postgis-3"


def _package_after_update(privilege: Sequence[str]) -> str:
    _apt(privilege, "update")
    package = _package()
    if package is None:
        raise ConfigurationError("POSTGIS_MISSING", _sentence("источники пакетов этой системы его не содержат"))
    return package


def _apt(privilege: Sequence[str], *arguments: str) -> None:
    done = _run([*privilege, *APT, *arguments])
    if done.returncode != 0 and arguments[0] == "install":
        # A package list older than the archive names files that are gone.
        _run([*privilege, *APT, "update"])
        done = _run([*privilege, *APT, *arguments])
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise ConfigurationError("POSTGIS_INSTALL_FAILED", _sentence(f"apt-get не справился: {' '.join(last)}"))


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603


@contextmanager
def _no_system_cluster(privilege: Sequence[str]) -> Iterator[None]:
    write = f"mkdir -p {NO_SYSTEM_CLUSTER.parent} && printf 'create_main_cluster = false\\n' > {NO_SYSTEM_CLUSTER}"
    _run([*privilege, "sh", "-c", write])
    try:
        yield
    finally:
        _run([*privilege, "rm", "-f", str(NO_SYSTEM_CLUSTER)])


@dataclass(frozen=True, slots=True)
class SystemUser:
    """The user a cluster runs as, and the words that make a command run as that user."""

    uid: int
    gid: int
    prefix: tuple[str, ...]

    def run(self, command: Sequence[str], **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command as this user from the root directory, with little environment and no input."""
        return subprocess.run(  # noqa: S603
            [*self.prefix, *command],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=ENVIRONMENT | more,
            stdin=subprocess.DEVNULL,
        )

    def own(self, directory: Path) -> None:
        """Make the directory, readable by this user alone."""
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        directory.chmod(0o700)
        if self.prefix:
            os.chown(directory, self.uid, self.gid)

    def place(self, directory: Path) -> Path:
        """Give a directory this user can reach: the wanted one, or one under /var/lib that the wanted name links to."""
        directory.parent.mkdir(parents=True, exist_ok=True)
        if directory.is_symlink() or not self.prefix or self._reaches(directory.parent):
            return directory.resolve()
        name = hashlib.sha256(str(directory.absolute()).encode()).hexdigest()[:8]
        SYSTEM_HOME.mkdir(parents=True, exist_ok=True, mode=0o755)
        # A name that was deleted means a fresh start: what an older link of this name led to is not taken up again.
        target = SYSTEM_HOME / f"{name}-{secrets.token_hex(4)}"
        directory.symlink_to(target)
        return target

    def _reaches(self, directory: Path) -> bool:
        return self.run(["test", "-x", str(directory.resolve())]).returncode == 0


def account() -> SystemUser:
    """Choose the user: oneself, or the system user ``postgres`` when oneself is root."""
    if os.geteuid() != 0:
        return SystemUser(os.geteuid(), os.getegid(), ())
    try:
        user = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise ConfigurationError(
            "POSTGRES_NO_USER",
            "PostgreSQL не запускается от root, а системного пользователя postgres нет: useradd -r postgres",
        ) from None
    if shutil.which("setpriv"):
        words = ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups")
        return SystemUser(user.pw_uid, user.pw_gid, words)
    if shutil.which("runuser"):
        return SystemUser(user.pw_uid, user.pw_gid, ("runuser", "-u", SYSTEM_USER, "--"))
    raise ConfigurationError(
        "POSTGRES_NO_SETPRIV",
        "PostgreSQL не запускается от root, а сменить пользователя нечем: нужен setpriv или runuser",
    )
