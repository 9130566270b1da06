"""``fly-potato check``: read a workbook as the product does, without a database, and tell what it would come to."""

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
def command(workbook: Path, as_json: bool) -> None:
    """Прочитать книгу WORKBOOK так же, как при загрузке, но без базы.

    Код возврата 0, если её можно загрузить, 1 — если в ней отказано.
    """
    report = check(workbook)
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else "\n".join(_lines(report)))
    sys.exit(0 if report["outcome"] == "read" else 1)


def check(workbook: Path) -> dict[str, object]:
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
