"""``fly-potato check`` and ``ingest``: read a workbook without a database, or send workbooks and follow them."""

import json
import sys
from pathlib import Path
from time import perf_counter

import click

from shared.errors import FlyPotatoError
from shared.workbooks.child import ReadingProcess, read_workbook
from shared.workbooks.protocol import Summary

_EMPTY = Summary(0, 0, 0, None, (), {}, 0.0)


@click.command(name="check")
@click.argument("workbook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Один объект JSON вместо текста.")
def check(workbook: Path, as_json: bool) -> None:
    """Прочитать книгу WORKBOOK так же, как при загрузке, но без базы.

    Код возврата 0, если её можно загрузить, 1 — если в ней отказано.
    """
    report = check_workbook(workbook)
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else "\n".join(_lines(report)))
    sys.exit(0 if report["outcome"] == "read" else 1)


def check_workbook(workbook: Path) -> dict[str, object]:
    """Read a workbook in a process of its own; the keys are described in docs/workbooks.md."""
    started = perf_counter()
    error: FlyPotatoError | None = None
    process: ReadingProcess | None = None
    summary = _EMPTY
    try:
        with read_workbook(workbook) as process:
            for _ in process.batches():
                pass
            summary = process.summary
    except FlyPotatoError as refusal:
        error = refusal
    return {
        "outcome": "refused" if error else "read",
        "code": error.code if error else None,
        "sentence": error.sentence if error else None,
        "rows": summary.rows_in,
        "empty": summary.rows_empty,
        "rejected": summary.rows_rejected,
        "problems": dict(summary.problems),
        "period": [day.isoformat() for day in summary.period] if summary.period else None,
        "unread_sheets": list(summary.unread_sheets),
        "seconds": round(perf_counter() - started, 3),
        "peak_mib_above_base": round(process.peak_mib, 1) if process else 0.0,
    }


def _lines(report: dict[str, object]) -> list[str]:
    if report["outcome"] == "refused":
        return [f"Книга не будет загружена: {report['sentence']}", f"Код: {report['code']}"]
    lines = [
        "Книгу можно загружать.",
        f"Строк: {report['rows']}, из них пустых: {report['empty']}, отклонённых: {report['rejected']}.",
    ]
    if isinstance(report["unread_sheets"], list) and report["unread_sheets"]:
        lines.append(f"Листы без известных заголовков не читаются: {', '.join(report['unread_sheets'])}.")
    if isinstance(report["problems"], dict) and report["problems"]:
        from shared.problems import PROBLEMS

        lines.append("Замечания:")
        for code, times in sorted(report["problems"].items(), key=lambda item: (-item[1], item[0])):
            lines.append(f"  {times:>8}  {code}: {PROBLEMS[code].meaning}")
    lines.append(f"Чтение заняло {report['seconds']} с и {report['peak_mib_above_base']} МиБ памяти.")
    return lines


@click.command()
@click.option("--url", envvar="FLY_POTATO_URL", help="Адрес шлюза; по умолчанию локальный стенд.")
@click.option("--token", envvar="FLY_POTATO_TOKEN", help="Токен, если шлюз его спрашивает.")
@click.option("--json", "as_json", is_flag=True, help="По объекту JSON на книгу вместо текста.")
@click.argument("workbooks", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def ingest(url: str | None, token: str | None, as_json: bool, workbooks: tuple[Path, ...]) -> None:
    """Отправить WORKBOOKS одну за другой; код возврата 1, если какая-то не загрузилась."""
    from fly_potato.client import Client, load, summary
    from fly_potato.stack import stack_paths
    from fly_potato.terminal import exit_on_error
    from shared.errors import FlyPotatoError

    failed = 0
    with exit_on_error(), Client(url or stack_paths().url, token) as client:
        for workbook in workbooks:
            try:
                dead_letters = None if url else stack_paths().dead_letters
                state = load(client, workbook, dead_letters, quiet=as_json)
            except FlyPotatoError as error:
                if as_json:
                    fault = {"code": error.code, "sentence": error.sentence}
                    click.echo(
                        json.dumps({"file": str(workbook), "state": "refused", "error": fault}, ensure_ascii=False)
                    )
                else:
                    click.echo(f"{workbook}: {error.code}: {error.sentence}", err=True)
                failed += 1
                continue
            if as_json:
                click.echo(json.dumps({"file": str(workbook), **state}, ensure_ascii=False))
            else:
                click.echo(f"{workbook}: {summary(state)}")
            failed += state["state"] not in ("loaded", "duplicate")
    if failed:
        raise SystemExit(1)
