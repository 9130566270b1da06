"""The relations of ``mart`` as the dashboards see them: columns, types and the comments that explain them.

``marts.json`` beside this file is a copy of what the newest schema says, so that the workbook can be made without a
database; a test holds it equal. ``python -m datalens.catalogue URI`` writes it anew.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import asyncpg

PATH = Path(__file__).with_name("marts.json")
_COLUMNS = """
    SELECT c.relname AS relation, coalesce(obj_description(c.oid), '') AS about, a.attname AS name,
        format_type(a.atttypid, NULL) AS type, coalesce(col_description(c.oid, a.attnum), '') AS comment
    FROM pg_class AS c
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'mart'::regnamespace AND c.relkind IN ('v', 'm')
    ORDER BY c.relname, a.attnum
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view: its PostgreSQL type, and what it means, in Russian."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A view of ``mart``."""

    name: str
    comment: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Give a column; raises KeyError where the view has none of the name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")


@cache
def relations() -> Mapping[str, Relation]:
    """Read the copy."""
    return {
        name: Relation(name, entry["comment"], tuple(Column(**column) for column in entry["columns"]))
        for name, entry in json.loads(PATH.read_text(encoding="utf-8")).items()
    }


async def read(uri: str) -> dict[str, Relation]:
    """Read what a database says, as any role that may see ``mart``."""
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        rows = await connection.fetch(_COLUMNS)
    finally:
        await connection.close()
    names = dict.fromkeys(row["relation"] for row in rows)
    return {
        name: Relation(
            name,
            next(row["about"] for row in rows if row["relation"] == name),
            tuple(Column(row["name"], row["type"], row["comment"]) for row in rows if row["relation"] == name),
        )
        for name in names
    }


def text(relations: Mapping[str, Relation]) -> str:
    """Write the copy."""
    entries = {
        name: {"comment": relation.comment, "columns": [asdict(column) for column in relation.columns]}
        for name, relation in sorted(relations.items())
    }
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(asyncio.run(read(sys.argv[1]))), encoding="utf-8")
