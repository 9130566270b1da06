"""Backups of hosts as docs/operations/backups.ru.md gives them: its commands, typed as they stand."""

import os
import subprocess
import time

from tests.stack.compose import HOSTS, live, wait
from tests.stack.conftest import Host
from tests.stack.test_files import ROOT

BOOK = (ROOT / "docs/operations/backups.ru.md").read_text()
PROD = f'PROD="docker compose {" ".join(HOSTS)} --profile all"'
ARCHIVE = ROOT / "data/prod/wal-archive"


def lines(title: str, block: int = 0) -> list[str]:
    """Give the commands of a code block under a heading."""
    under = BOOK.split(f"## {title}", 1)[1].split("\n## ", 1)[0]
    return under.split("```\n")[2 * block + 1].splitlines()


def typed(host: Host, line: str, **said: str) -> str:
    """Type a line into a shell of the host, with what it leaves to say filled in."""
    for blank, value in {"YYYYMMDD": time.strftime("%Y%m%d", time.gmtime()), **said}.items():
        line = line.replace(blank, value)
    done = subprocess.run(
        ["bash", "-c", f"{PROD}\n{line}"], cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=600,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, f"{line}\n{done.stdout[-1500:]}{done.stderr[-1500:]}"
    return done.stdout


def sql(host: Host, statement: str) -> str:
    """Ask the database as its owner."""
    return host.compose(
        "exec", "-T", "postgres", "psql", "-U", "app_user", "-d", "float_mode", "-Atc", statement
    ).strip()


def sums(host: Host) -> list[str]:
    """Give the checksums of the tables."""
    (line,) = lines("Проверка")
    return [printed for printed in typed(host, line).splitlines() if " " in printed and not printed.startswith("time=")]


def test_the_books_name_one_command() -> None:
    alerts = (ROOT / "docs/operations/alerts.ru.md").read_text()
    assert f"```\n{PROD}\n```" in alerts
    makefile = (ROOT / "Makefile").read_text()
    # The gate for DataLens and half a host are added where they are wanted, which the book says in words.
    plain = makefile.replace("$(if $(HALF),-f local/compose.$(HALF).yaml )", "")
    assert f"PROD = {PROD.removeprefix('PROD=').strip(chr(34))} \\\n" in plain


@live
def test_a_dump_brings_everything_back(host: Host) -> None:
    for line in lines("Каждый день"):
        typed(host, line)
    before = sums(host)
    sql(host, "DELETE FROM core.uploads")
    sql(host, "TRUNCATE core.flights CASCADE")
    for line in lines("Восстановление из дампа"):
        typed(host, line)
    assert len(before) > 5
    assert sums(host) == before
    wait(lambda: host.compose.states()["backend"].startswith("running healthy"), 90, "the backend")


@live
def test_the_guides_own_words_stop_and_start_the_backend(host: Host) -> None:
    typed(host, "docker compose stop backend")
    assert host.compose.states()["backend"].startswith("exited")
    typed(host, "docker compose start backend")
    wait(lambda: host.compose.states()["backend"].startswith("running healthy"), 90, "the backend")


@live
def test_a_moment_is_brought_back(host: Host) -> None:
    """The base is older than the moment; what was written after it is gone, what was written before it is there."""
    for line in lines("Каждый день", 1):
        typed(host, line)
    sql(host, "CREATE TABLE public.of_the_test (told text)")
    sql(host, "INSERT INTO public.of_the_test VALUES ('before')")
    time.sleep(2)
    moment = sql(host, "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '+00'")
    time.sleep(2)
    sql(host, "INSERT INTO public.of_the_test VALUES ('after')")
    for line in lines("PITR"):
        typed(host, line, **{"ДАТА ВРЕМЯ+00": moment})
    (look,) = lines("PITR", 1)
    wait(lambda: " t " in typed(host, look), 120, "the end of the replay")
    assert sql(host, "SELECT string_agg(told, ' ') FROM public.of_the_test") == "before"
    for line in lines("PITR", 2):
        typed(host, line)
    sql(host, "INSERT INTO public.of_the_test VALUES ('again')")
    sql(host, "DROP TABLE public.of_the_test")


@live
def test_old_copies_are_deleted_and_young_ones_kept(host: Host) -> None:
    backups = ROOT / "data/prod/backups"
    old = [backups / "float_20200101.dump", ARCHIVE / "000000010000000000000000"]
    for path in old:
        path.touch()
    # The base of the test before is made as old as nothing can ask for.
    for path in (old[0], *backups.glob("base_*/base.tar.gz")):
        os.utime(path, (0, 0))
    young = {path.name for path in ARCHIVE.iterdir()} - {path.name for path in old}
    (first, second) = lines("Сколько хранить")
    output = typed(host, first)
    assert all(path.exists() for path in old)
    assert "float_20200101.dump" in output
    typed(host, second)
    assert not [path for path in old if path.exists()]
    assert {path.name for path in ARCHIVE.iterdir()} <= young
    assert list(backups.glob("float_*.dump"))


@live
def test_the_service_has_made_and_tried_a_dump_by_itself(host: Host) -> None:
    wait(lambda: list((ROOT / "data/prod/backups").glob("float_*.verified")), 300, "the first trial restore")
    target = host.compose.read("prometheus", "http://backups:8001/metrics")
    assert 'fly_potato_backup_timestamp_seconds{kind="verified"}' in target
    assert 'fly_potato_job_overdue_seconds{name="backup-dump"} 0.0' in target


@live
def test_a_restore_is_rehearsed_beside_the_living_database(host: Host) -> None:
    for line in lines("Каждый день", 1):
        typed(host, line)
    (line,) = lines("Репетиция")
    assert "полётов" in typed(host, line)
    assert (ROOT / "data/prod/backups/rehearsals.tsv").read_text().count("\n") >= 2


@live
def test_the_bucket_is_cleaned_by_the_books_commands(host: Host) -> None:
    """Nothing there is old: the commands find their files, their keys and their database, and delete nothing."""
    book = (ROOT / "docs/operations/media.ru.md").read_text()
    commands = [line for block in book.split("```\n")[1::2] for line in block.splitlines()]
    assert len(commands) == 4
    before = sums(host)
    for line in commands:
        typed(host, line)
    assert sums(host) == before
