"""The costs of docs/deploy.md: every equation of the table holds, and so do the sums."""

import ast
import operator
import re

import pytest

from tests.terraform.checking import ROOT

SECTION = (ROOT / "docs" / "deploy.md").read_text("utf-8").split("## 11. What it costs")[1].split("## 12.")[0]
ROWS = [
    [cell.strip(" *") for cell in line.strip("| ").split(" | ")]
    for line in SECTION.splitlines()
    if line.startswith("| ") and "---" not in line
]
SIZES = (1, 2, 3)
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


def value(text: str) -> float:
    """Calculate what stands on the left of an equation."""

    def walk(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            return float(_OPERATORS[type(node.op)](walk(node.left), walk(node.right)))
        assert isinstance(node, ast.Constant)
        return float(node.value)

    return walk(ast.parse(text.replace("×", "*").replace("−", "-").replace(",", ""), mode="eval").body)


def costs(cell: str) -> float:
    """Give what a cell comes to: what stands behind its last equals sign."""
    return value(cell.rpartition("=")[2].strip())


def test_every_equation_holds() -> None:
    found = re.findall(r"([\d.,()+−× ]*\d[\d.,()+−× ]*) = ([\d.,]*\d)", "\n".join("\n".join(row) for row in ROWS[2:-1]))
    assert len(found) > 15
    for left, right in found:
        assert value(left.strip(" ,")) == pytest.approx(value(right), abs=0.51 if value(right) > 1.5 else 0.01), left


@pytest.mark.parametrize("size", SIZES)
def test_the_sums_are_the_sums(size: int) -> None:
    *parts, total = [costs(row[size]) for row in ROWS[2:]]
    assert sum(parts) == total


def test_the_database_is_what_the_environments_are(size_of: dict[str, tuple[int, int]]) -> None:
    """Hosts and disks as in the tfvars that the head of the table names."""
    hosts, disks = ROWS[2], ROWS[3]
    assert (hosts[0], disks[0]) == ("database hosts", "database disks")
    for size, name in zip(SIZES, ("dev", "preprod", "prod"), strict=True):
        count, disk = size_of[name]
        assert hosts[size].startswith(f"{count} × (")
        assert disks[size].startswith(f"{count} × {disk} × ")


@pytest.fixture
def size_of() -> dict[str, tuple[int, int]]:
    """Read hosts and gigabytes of disk by environment."""
    found = {}
    for path in (ROOT / "terraform" / "environments").glob("*.tfvars"):
        told = path.read_text("utf-8")
        hosts, disk = (re.search(rf"{name} += (\d+)", told) for name in ("hosts", "disk_gb"))
        assert hosts is not None
        assert disk is not None
        found[path.stem] = (int(hosts[1]), int(disk[1]))
    return found
