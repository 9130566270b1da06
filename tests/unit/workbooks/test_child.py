"""A file is read in a process of its own, and whatever it is, it ends as rows or as a coded refusal, within bounds."""

import compileall
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from fly_potato.commands.workbooks import check_workbook
from shared.errors import OutageError, WorkbookError
from shared.workbooks import child
from shared.workbooks.child import ReadingProcess, read_workbook, write_corrections
from shared.workbooks.protocol import Task
from shared.workbooks.refusals import REFUSALS
from tests.unit.workbooks.hostile import HOSTILE
from tests.unit.workbooks.makers import HEADER, ROW, table, workbook
from tests.unit.workbooks.test_corrections import cells_of

ROOT = Path(__file__).parents[3]
MIB_ABOVE_BASE = 128


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_within_bounds(name: str, tmp_path: Path) -> None:
    maker, code = HOSTILE[name]
    report = check_workbook(maker(tmp_path / "workbook"))
    assert report["code"] == code, report
    assert report["outcome"] == ("refused" if code else "read")
    assert float(str(report["peak_mib_above_base"])) < MIB_ABOVE_BASE
    sentence = str(report["sentence"] or ".")
    assert "{" not in sentence
    assert sentence.endswith(".")


def test_the_command_tells_a_person_and_a_program(tmp_path: Path) -> None:
    good, bad = workbook(tmp_path / "good.xlsx"), workbook(tmp_path / "bad.xlsx", "")

    def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "fly_potato", "check", *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    output = run(good)
    assert (output.returncode, output.stdout.splitlines()[0]) == (0, "Книгу можно загружать.")
    output = run(bad)
    assert output.returncode == 1
    assert "WORKBOOK_EMPTY" in output.stdout
    output = run("--json", bad)
    assert output.returncode == 1
    report = json.loads(output.stdout)
    assert report["sentence"] == REFUSALS["WORKBOOK_EMPTY"]
    report = json.loads(run("--json", good).stdout)
    assert (report["outcome"], report["rows"], report["empty"], report["rejected"]) == ("read", 1, 0, 0)


def test_batches_are_lines_of_copy_and_the_summary_counts_them(tmp_path: Path) -> None:
    broken = ("Московский", "ПОЛЕТА НЕ БЫЛО", None, None)
    path = workbook(tmp_path / "a.xlsx", table((HEADER, ROW, ROW, broken)))
    with read_workbook(path) as process:
        (batch,) = process.batches()
        summary = process.summary
    lines = batch.lines
    assert lines.rows.count(b"\n") == lines.flights.count(b"\n") == 2
    assert lines.rejects.decode().split("\t")[:4] == ["2", "TELEGRAM_NOT_RECOGNISED", "Result_1", "4"]
    assert (summary.rows_in, summary.rows_rejected, summary.rows_staged) == (3, 1, 2)
    assert summary.problems["TELEGRAM_NOT_RECOGNISED"] == 1


def test_every_row_keeps_its_place_however_many_are_read_at_once(tmp_path: Path) -> None:
    broken = ("Московский", "ПОЛЕТА НЕ БЫЛО", None, None)
    # Each of its own, for what repeats itself is packed so well that it is refused.
    long = [("Московский", hashlib.shake_256(bytes([n])).hexdigest(15_000), None, None) for n in range(80)]
    body = [broken if n in (0, 99, 100, 149) else ROW for n in range(150)] + long
    rejected = [n for n, row in enumerate(body) if row is not ROW]
    out = tmp_path / "rejects.xlsx"
    with read_workbook(workbook(tmp_path / "a.xlsx", table((HEADER, *body))), corrections=out) as process:
        lines = [batch.lines for batch in process.batches()]
    staged = b"".join(each.rows for each in lines).decode().splitlines()
    rejects = b"".join(each.rejects for each in lines).decode().splitlines()
    assert [int(line.split("\t")[0]) for line in staged] == [n for n in range(230) if n not in rejected]
    assert [int(line.split("\t")[0]) for line in rejects] == rejected
    assert [line.split("\t")[3] for line in rejects] == [str(n + 2) for n in rejected]
    assert [line[-1] for line in cells_of(out)["Result_1"][1:]] == [f"Result_1, строка {n + 2}" for n in rejected]


def test_the_process_holds_no_secret_and_no_descriptor_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_URI", "postgresql://secret")
    with (tmp_path / "held").open("w") as held, _stopped(tmp_path) as process:
        os.set_inheritable(held.fileno(), True)
        proc = Path(f"/proc/{process._process.pid}")
        assert b"secret" not in (proc / "environ").read_bytes()
        targets = {os.readlink(entry) for entry in (proc / "fd").iterdir()}
        own = ("pipe:", "/dev/null", str(tmp_path / "long.xlsx"))
        assert not [target for target in targets if not target.startswith(own)]
        assert os.getpgid(process._process.pid) == process._process.pid


def test_bytecode_alone_is_enough(tmp_path: Path) -> None:
    # A bundle of the cloud carries no source.
    shutil.copytree(ROOT / "shared", tmp_path / "shared", ignore=shutil.ignore_patterns("__pycache__"))
    assert compileall.compile_dir(tmp_path / "shared", quiet=2, legacy=True)
    for source in (tmp_path / "shared").rglob("*.py"):
        source.unlink()
    code = (
        "import sys; from pathlib import Path; from shared.workbooks.child import read_workbook\n"
        "with read_workbook(Path(sys.argv[1])) as process: print(sum(batch.rows_read for batch in process.batches()))"
    )
    environment = {"PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", code, str(workbook(tmp_path / "a.xlsx"))]
    run = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=True)
    assert run.stdout == "1\n"


def _stopped(tmp_path: Path) -> ReadingProcess:
    """Start a reading that waits: its answers fill the pipe, and nobody takes them."""
    process = read_workbook(workbook(tmp_path / "long.xlsx", table((HEADER, *[ROW] * 20_000))))
    assert process.next_batch() is not None
    return process


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGSEGV, "WORKBOOK_UNREADABLE"),
        (signal.SIGABRT, "WORKBOOK_UNREADABLE"),
        (signal.SIGXCPU, "WORKBOOK_TOO_SLOW"),
        (signal.SIGPROF, "WORKBOOK_TOO_SLOW"),
    ],
)
def test_a_death_while_reading_is_the_files_end(number: int, code: str, tmp_path: Path) -> None:
    with _stopped(tmp_path) as process:
        os.kill(process._process.pid, number)
        with pytest.raises(WorkbookError) as refused:
            list(process.batches())
    assert refused.value.code == code


def test_a_death_from_outside_is_an_outage(tmp_path: Path) -> None:
    with _stopped(tmp_path) as process:
        os.kill(process._process.pid, signal.SIGKILL)
        with pytest.raises(OutageError) as outage:
            list(process.batches())
    assert outage.value.code == "READER_KILLED"


def test_a_process_that_does_not_start_is_an_outage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx")
    monkeypatch.setattr(child, "_START", "raise SystemExit(3)")
    with pytest.raises(OutageError) as outage, read_workbook(path) as process:
        list(process.batches())
    assert outage.value.code == "READER_NOT_STARTED"
    monkeypatch.setattr(child, "_interpreter", lambda: str(tmp_path / "nothing"))
    with pytest.raises(OutageError):
        read_workbook(path)


def test_a_silent_process_is_an_outage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx")
    monkeypatch.setattr(child, "_START", "import time; time.sleep(60)")
    monkeypatch.setattr(child, "_SILENT_SECONDS", 0.2)
    with pytest.raises(OutageError) as outage, read_workbook(path) as process:
        list(process.batches())
    assert outage.value.code == "READER_SILENT"
    assert process._process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("hunger", "code"),
    [
        ("bytearray(1 << 40)", "WORKBOOK_TOO_LARGE"),
        ("[bytearray(1 << 20) for _ in range(4096)]", "WORKBOOK_TOO_LARGE"),
        ("all(True for _ in iter(int, 1))", "WORKBOOK_TOO_SLOW"),
        ("__import__('re').match('(a|a)*b', 'a' * 60)", "WORKBOOK_TOO_SLOW"),
        ("1 / 0", "WORKBOOK_UNREADABLE"),
        ("__import__('os').abort()", "WORKBOOK_UNREADABLE"),
    ],
)
def test_memory_time_and_faults_have_codes(
    hunger: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hungry = (
        "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from shared.workbooks import worker\n"
        f"worker.WorkbookReader.rows = lambda self: {hunger}\nworker.main()"
    )
    monkeypatch.setattr(child, "_START", hungry)
    with pytest.raises(WorkbookError) as refused, read_workbook(workbook(tmp_path / "a.xlsx")) as process:
        list(process.batches())
    assert refused.value.code == code
    assert process.peak_mib < MIB_ABOVE_BASE


def test_readings_are_forked_from_one_process_and_it_is_started_again_when_killed(tmp_path: Path) -> None:
    def parent_of_keeper() -> int:
        with _stopped(tmp_path) as process:
            keeper = psutil.Process(process._process.pid).parent()
            assert keeper is not None
            return keeper.ppid()

    server = parent_of_keeper()
    assert parent_of_keeper() == server
    os.kill(server, signal.SIGKILL)
    assert parent_of_keeper() != server


def test_leaving_early_ends_the_process(tmp_path: Path) -> None:
    with _stopped(tmp_path) as process:
        pass
    assert process._process.returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.killpg(process._process.pid, 0)


def test_the_process_ends_when_nobody_listens_any_more(tmp_path: Path) -> None:
    process = _stopped(tmp_path)
    assert process._process.stdout is not None
    process._process.stdout.close()
    deadline = time.monotonic() + 30
    while process._process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process._process.returncode is not None


def test_corrections_are_written_there_too(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", table((HEADER, ROW)))
    out = tmp_path / "rejects.xlsx"
    write_corrections(path, [("Result_1", 2, "TELEGRAM_NOT_RECOGNISED")], out)
    assert check_workbook(out)["rows"] == 1
    (tmp_path / "b.xlsx").write_bytes(b"")
    with pytest.raises(WorkbookError):
        write_corrections(tmp_path / "b.xlsx", [], out)


def test_a_reading_writes_the_corrections_of_its_rejected_rows(tmp_path: Path) -> None:
    nonsense = ("Московский", "ЗАВТРА НЕ ЛЕТАЕМ", None, None)
    path = workbook(tmp_path / "a.xlsx", table((HEADER, ROW, nonsense, ROW)))
    beside, afterwards = tmp_path / "beside.xlsx", tmp_path / "afterwards.xlsx"
    for out, written in ((beside, True), (tmp_path / "nowhere" / "rejects.xlsx", False)):
        with read_workbook(path, corrections=out) as process:
            assert [batch.rows_read for batch in process.batches()] == [3]
            assert process.summary.rows_rejected == 1
        assert out.exists() is written
    write_corrections(path, [("Result_1", 3, "TELEGRAM_NOT_RECOGNISED")], afterwards)
    assert cells_of(beside) == cells_of(afterwards)
    with read_workbook(
        workbook(tmp_path / "b.xlsx", table((HEADER, ROW))), corrections=tmp_path / "none.xlsx"
    ) as process:
        assert len(list(process.batches())) == 1
    assert not (tmp_path / "none.xlsx").exists()


def test_a_full_disk_is_no_fault_of_the_file(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", table((HEADER, ROW)))
    with pytest.raises(OSError, match="No space left"):
        write_corrections(path, [("Result_1", 2, "TELEGRAM_NOT_RECOGNISED")], Path("/dev/full"))


def test_limits_grow_with_the_file(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"x")
    large.write_bytes(bytes(200 * 1024 * 1024))
    tasks = [child._task(path) for path in (small, large)]
    assert tasks[0].memory_mib < MIB_ABOVE_BASE < tasks[1].memory_mib <= 1_536
    assert tasks[0].cpu_seconds < 1.5 < tasks[1].cpu_seconds
    assert isinstance(tasks[0], Task)
