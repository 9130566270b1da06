"""``python3 -m hosting.release [RELEASE]``: back up, fetch, migrate, start, try; go back by itself if the trial fails.

RELEASE is a tag or a commit of git; without it the checkout is brought up as it is. What was brought up last stands in
``data/prod/release.json``, and is gone back to. Standard library alone, for it runs where nothing of ours is installed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hosting import environment, images

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = Path(".env.prod")
KEPT_TAG = "before"
"""The tag under which images built on this host outlive the building of newer ones."""
_REVISION = "SELECT version_num FROM core.alembic_version"
_STATE = ROOT / "data" / "prod" / "release.json"


class StepFailed(Exception):
    """A command ended with an error; what it said is on the terminal."""


@dataclass(frozen=True)
class RunningRelease:
    """What runs before a release: the commit of git and the version of the schema."""

    commit: str
    revision: str


def is_no_host() -> bool:
    """Tell whether there are no settings of a host here, and say so."""
    if (ROOT / SETTINGS).is_file():
        return False
    sys.stderr.write(
        f"Нет файла {SETTINGS}: эта команда — для хоста, где он заполнен (docs/admin-guide.ru.md, 3.2.2).\n"
    )
    return True


def compose(*words: str) -> list[str]:
    """Give the command that the Makefile has as PROD, with more words."""
    values = environment.read(ROOT / SETTINGS)
    files = ["local/compose.yaml", "local/compose.prod.yaml", "data/prod/images.yaml"]
    if role := values.get("HOST_ROLE"):
        files.insert(2, f"local/compose.{role}.yaml")
    named = [part for file in files for part in ("-f", file)]
    gate = ["-f", "local/compose.datalens.yaml", "-f", "data/prod/datalens.yaml"]
    opened = gate if values.get("DATALENS_ADDRESSES") else []
    return ["docker", "compose", "--env-file", str(SETTINGS), *named, "--profile", "all", *opened, *words]


def run(step: str, command: Sequence[str]) -> None:
    """Say what is done and do it. Raises StepFailed."""
    sys.stdout.write(f"{step}…\n")
    sys.stdout.flush()
    if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603 - commands are our own
        raise StepFailed(step)


def read(step: str, command: Sequence[str]) -> str:
    """Run a command for what it prints. Raises StepFailed."""
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603
    if done.returncode:
        raise StepFailed(step)
    return done.stdout.strip()


def running_release() -> RunningRelease:
    """Look at what runs. Raises StepFailed."""
    if not _STATE.exists():
        commit = read("выпуск в git", ["git", "rev-parse", "HEAD"])
    else:
        commit = str(json.loads(_STATE.read_text(encoding="utf-8"))["commit"])
    return RunningRelease(commit, revision())


def revision() -> str:
    """Ask the database for the version of its schema. Raises StepFailed."""
    psql = ["psql", "-U", "app_user", "-d", "float_mode", "-Atc", _REVISION]
    return read("версия схемы", compose("exec", "-T", "postgres", *psql))


def in_backups(*words: str) -> list[str]:
    """Give the command that runs ours in the service that makes backups."""
    return compose("exec", "-T", "backups", "with-secrets", "fly-potato", *words)


def check(*, anyway: bool) -> None:
    """Go through the checklist. Raises StepFailed where something is red, unless it is to go on ``anyway``."""
    try:
        run("Проверка", in_backups("release", "check"))
    except StepFailed:
        if not anyway:
            raise
        sys.stdout.write("Красное есть, выпуск продолжается.\n")


def bring_up(values: dict[str, str]) -> None:
    """Prepare, fetch or build images, migrate, start and try. Raises StepFailed."""
    prepare()
    if values.get("IMAGE_REGISTRY"):
        run("Образы из реестра", compose("pull", "--quiet"))
    else:
        keep_images()
        run("Сборка образов", compose("build", "--quiet"))
    run("Миграция", compose("run", "--rm", "-T", "migration"))
    start_and_try()


def prepare() -> None:
    """Lay out settings and secrets by the code of the checkout. Raises StepFailed."""
    run("Настройки", [sys.executable, "-m", "hosting.prepare", str(SETTINGS)])


def start_and_try() -> None:
    """Start everything, wait until it is healthy, carry the trial workbook through. Raises StepFailed."""
    run("Запуск", compose("up", "-d", "--remove-orphans", "--no-build", "--wait"))
    run("Проба", compose("exec", "-T", "backend", "with-secrets", "fly-potato", "release", "smoke"))


def keep_images() -> None:
    """Give our images that are here another name, so that building does not lose them."""
    for image in sorted(set(images.own().values())):
        subprocess.run(["docker", "tag", image, kept_name(image)], capture_output=True, check=False)  # noqa: S603, S607


def kept_name(image: str) -> str:
    """Name an image under the tag that is kept."""
    return f"{image.rpartition(':')[0]}:{KEPT_TAG}"


def roll_back(before: RunningRelease, values: dict[str, str]) -> None:
    """Take the schema back by the new release, which knows the way, then start the one before. Raises StepFailed."""
    if revision() != before.revision:
        run("Остановка backend", compose("stop", "backend"))
        way = ["alembic", "-c", "migrations/alembic.ini", "downgrade", before.revision]
        run("Схема назад", compose("run", "--rm", "-T", "migration", *way))
    run("Прежний выпуск", ["git", "checkout", "--quiet", before.commit])
    if not values.get("IMAGE_REGISTRY"):
        for image in sorted(set(images.own().values())):
            run("Прежний образ", ["docker", "tag", kept_name(image), image])
    prepare()
    start_and_try()


def release(to: str | None, *, anyway: bool = False) -> int:
    """Bring a release up; 0 if it lives, 1 if nothing has changed or the one before lives again, 2 if neither does.

    With ``anyway`` what the check finds red is told and stops nothing.
    """
    values = environment.read(ROOT / SETTINGS)
    if values.get("HOST_ROLE") == "dmz":
        sys.stderr.write("Выпуск начинают на машине internal; здесь после него — git checkout и make all-prod.\n")
        return 1
    try:
        if read("состояние git", ["git", "status", "--porcelain", "--untracked-files=no"]):
            raise StepFailed("в копии проекта есть изменённые файлы")
        before = running_release()
        check(anyway=anyway)
        run("Дамп", in_backups("backup", "dump"))
        if to:
            run(f"Выпуск {to}", ["git", "checkout", "--quiet", to])
    except StepFailed as failed:
        sys.stderr.write(f"Не вышло: {failed}. Ничего не изменено.\n")
        return 1
    try:
        bring_up(values)
    except StepFailed as failed:
        sys.stderr.write(f"Не вышло: {failed}. Возвращается {before.commit[:12]}, схема {before.revision}.\n")
        return _return_to(before, values)
    _write_state(read("выпуск в git", ["git", "rev-parse", "HEAD"]))
    sys.stdout.write("Выпуск работает.\n")
    return 0


def _return_to(before: RunningRelease, values: dict[str, str]) -> int:
    try:
        roll_back(before, values)
    except StepFailed as failed:
        sys.stderr.write(f"Откат остановился: {failed}. База — из дампа: docs/operations/backups.ru.md.\n")
        return 2
    _write_state(before.commit)
    sys.stderr.write("Прежний выпуск работает.\n")
    return 1


def _write_state(commit: str) -> None:
    _STATE.parent.mkdir(parents=True, exist_ok=True)
    _STATE.write_text(json.dumps({"commit": commit}) + "\n", encoding="utf-8")


def main() -> int:
    """Read the command line and release."""
    parser = argparse.ArgumentParser(
        "python3 -m hosting.release", description="Выпуск на хосте: docs/operations/releases.ru.md"
    )
    parser.add_argument("release", nargs="?", help="тег или коммит; без него — копия проекта как есть")
    parser.add_argument("--anyway", action="store_true", help="продолжать, хотя проверка нашла красное")
    arguments = parser.parse_args()
    if is_no_host():
        return 1
    return release(arguments.release or None, anyway=arguments.anyway)


if __name__ == "__main__":
    sys.exit(main())
