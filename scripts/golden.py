#!/usr/bin/env python3
"""Write, or with --check compare, what the golden rows are read as and the table of codes in docs/telegrams.md.

tests/golden/rows.jsonl and tables.jsonl hold invented rows; *.read.jsonl beside them what they are read as. After a
change of a rule run ``scripts/golden.py``, look at the difference line by line, commit both. revisions.json ties
PARSER_REVISION to them: the digest of a released revision (``released``) never changes, so a change after a release
raises it.
"""

import argparse
import difflib
import hashlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

from fly_potato.commands.parse import flight_as_json  # noqa: E402
from shared.flights import PARSER_REVISION, Reading, Row, TableRow, TelegramRow, build, read  # noqa: E402
from shared.problems import PROBLEMS  # noqa: E402
from tests.golden.examples import EXAMPLES  # noqa: E402

COMMAND = "scripts/golden.py"
GOLDEN = HERE / "tests" / "golden"
DOCUMENT = HERE / "docs" / "telegrams.md"
BEGIN, END = "<!-- codes: written by scripts/golden.py -->", "<!-- end of codes -->"


def reading_of(row: Row) -> dict[str, object]:
    """Give what a row is read as, with its identity."""
    reading = read(row)
    if not isinstance(reading, Reading):
        return {"outcome": "reject", "reject": reading.code} if reading else {"outcome": "empty"}
    flight = build([reading])
    extra = {"key": flight.key.hex(), "operator": flight.operator_kind, "position": flight.position_source}
    return {**flight_as_json(flight), **extra}


def readings(name: str) -> str:
    """Give the text of the file of readings that belongs to a file of rows."""
    lines = []
    for line in (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        cells = json.loads(line)
        key = cells.pop("id")
        row = TelegramRow(**cells) if name == "rows" else TableRow(**cells)
        lines.append(json.dumps({"id": key, **reading_of(row)}, ensure_ascii=False))
    return "\n".join(lines) + "\n"


def revisions(texts: list[str]) -> str:
    """Give revisions.json for these files of readings; SystemExit where a released revision would read otherwise."""
    path = GOLDEN / "revisions.json"
    released = json.loads(path.read_text(encoding="utf-8"))["released"] if path.exists() else {}
    digest = hashlib.sha256("".join(texts).encode()).hexdigest()
    if released.get(str(PARSER_REVISION), digest) != digest:
        sys.exit(
            f"rows are read otherwise than by revision {PARSER_REVISION}, which is released: raise PARSER_REVISION"
        )
    return json.dumps({"released": released, "newest": {str(PARSER_REVISION): digest}}, indent=2) + "\n"


def codes_table() -> str:
    """Give the table of all codes."""
    lines = ["| code | kind | example | meaning | how to mend |", "|---|---|---|---|---|"]
    for problem in PROBLEMS.values():
        example = EXAMPLES[problem.code].replace("|", "\\|")
        lines.append(f"| `{problem.code}` | {problem.kind} | `{example}` | {problem.meaning} | {problem.mend} |")
    return "\n".join(lines)


def document() -> str:
    """Give docs/telegrams.md with its table of codes as it should be."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{codes_table()}\n{END}{after}"


def expected_files() -> dict[Path, str]:
    """Give every golden file with the text it should have."""
    files = {GOLDEN / f"{name}.read.jsonl": readings(name) for name in ("rows", "tables")}
    return {**files, GOLDEN / "revisions.json": revisions(list(files.values())), DOCUMENT: document()}


def differences() -> list[str]:
    """Give the lines that differ between the files and what they should be."""
    lines: list[str] = []
    for path, text in expected_files().items():
        have = path.read_text(encoding="utf-8") if path.exists() else ""
        name = str(path.relative_to(HERE))
        lines += difflib.unified_diff(have.splitlines(), text.splitlines(), name, f"{name} (as read now)", "", "", 0)
    return lines


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 and show what differs")
    if parser.parse_args().check:
        lines = differences()
        print(
            "\n".join([*lines, f"Look at the difference; if it is meant, run {COMMAND} and commit."] if lines else [])
        )
        return bool(lines)
    for path, text in expected_files().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
