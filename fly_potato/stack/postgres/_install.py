"""PostGIS from the distribution's packages, without a system cluster coming along.

Debian's server package makes and starts a cluster ``main`` on port 5432 unless it is told not to. The word for that is
a file in ``createcluster.d``; it is there only while the packages are being installed.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from fly_potato.stack.postgres._binaries import PACKAGED, Binaries, find_postgres
from shared.errors import ConfigurationError

NO_SYSTEM_CLUSTER = Path("/etc/postgresql-common/createcluster.d/fly-potato.conf")
APT = ("env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=300")


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
