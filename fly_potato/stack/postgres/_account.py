"""As whom PostgreSQL runs: it refuses root, so under root the system user ``postgres`` takes over."""

import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.errors import ConfigurationError

SYSTEM_USER = "postgres"
SYSTEM_HOME = Path("/var/lib/fly-potato")
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


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
