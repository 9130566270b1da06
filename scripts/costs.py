"""``python scripts/costs.py [--write]``: what a month in the cloud costs, for three sizes, from a table of prices.

Prices are terraform/costs/prices.csv, each with its date and source; hosts and disks are those of the environments'
settings. ``--write`` puts the table into docs/deploy.md, where a test holds it equal.
"""

import csv
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRICES = ROOT / "terraform" / "costs" / "prices.csv"
DOCUMENT = ROOT / "docs" / "deploy.md"
BEGIN, END = "<!-- costs: begin -->", "<!-- costs: end -->"
HOURS = 730
# Timers of process an hour: two each minute, two each five (terraform/variables.tf, jobs).
JOBS_AN_HOUR = 2 * 60 + 2 * 12
# Cores and GB of memory of the presets in use (docs, managed-postgresql/concepts/instance-types).
PRESETS = {"b3-c1-m4": ("pg_core_b3", 1, 4), "s3-c2-m8": ("pg_core_s3", 2, 8), "s3-c4-m16": ("pg_core_s3", 4, 16)}
# DataLens: a private embed may ask 2,000 queries a seat a month since 1.12.2025. Opening a dashboard asks for 12
# charts on average and three selectors.
QUERIES_A_SEAT, QUERIES_AN_OPENING = 2000, 15


@dataclass(frozen=True, slots=True)
class Load:
    """A month's work of one size; ``openings`` are of dashboards."""

    title: str
    environment: str
    workbooks: int
    rows: int
    calls: int
    logs_gb: float
    files_gb: float
    openings: int
    own_name: bool


LOADS = (
    Load("pilot (dev)", "dev", 10, 10_000, 20_000, 0.1, 1, 100, False),
    Load("one authority (preprod)", "preprod", 100, 100_000, 500_000, 2, 5, 1_000, True),
    Load("the country (prod)", "prod", 1_000, 100_000, 5_000_000, 20, 20, 5_000, True),
)


def prices() -> dict[str, float]:
    """Read the table: roubles with VAT by item."""
    with PRICES.open(encoding="utf-8", newline="") as file:
        return {row["item"]: float(row["roubles"]) for row in csv.DictReader(file)}


def settings(environment: str) -> tuple[int, str, int, bool]:
    """Read hosts, preset, gigabytes of disk, and whether functions are kept warm, from an environment's settings."""
    text = (ROOT / "terraform" / "environments" / f"{environment}.tfvars").read_text("utf-8")
    hosts, disk = (int(re.findall(rf"{name} += (\d+)", text)[0]) for name in ("hosts", "disk_gb"))
    preset = re.findall(r'preset += "([^"]+)"', text)[0]
    return hosts, preset, disk, not re.search(r"^warm += \{\}", text, re.MULTILINE)


def seats(load: Load) -> int:
    """Count the seats that a month's openings need."""
    return -(-load.openings * QUERIES_AN_OPENING // QUERIES_A_SEAT)


def costs(load: Load, price: Mapping[str, float]) -> dict[str, float]:
    """Calculate roubles a month by what they are for.

    A workbook of 100,000 rows takes 60 s of 2 GB, an answer of the API 0.3 s of 0.8 GB, a wake-up 0.1 s of 0.75 GB, a
    timer's job 0.1 s of 2 GB; for two calls of the API the gateway gives out one file of the page.
    """
    hosts, preset, disk, warm = settings(load.environment)
    core, cores, memory = PRESETS[preset]
    wakeups = 2 * 12 * HOURS if warm else 0
    gigabyte_hours = (
        load.workbooks * load.rows / 100_000 * 60 * 2
        + load.calls * 0.3 * 0.8
        + wakeups * 0.1 * 0.75
        + JOBS_AN_HOUR * HOURS * 0.1 * 2
    ) / 3600
    million_calls = (load.calls + wakeups + load.workbooks + JOBS_AN_HOUR * HOURS) / 1e6
    through_gateway = load.calls * 1.5 / 1e6
    return {
        "database hosts": hosts * (cores * price[core] + memory * price["pg_memory_gb"]) * HOURS,
        "database disks": hosts * disk * price["pg_ssd_gb"],
        "functions, time": max(0.0, gigabyte_hours - 10) * price["function_gb_hour"],
        "functions, calls": max(0.0, million_calls - 1) * price["function_million_calls"],
        "gateway": max(0.0, through_gateway - 0.1) * price["gateway_million_calls"],
        "Smart Web Security": max(0.0, through_gateway - 0.01) * price["protection_million_calls"],
        "files kept": load.files_gb * price["storage_gb"],
        "files of the page read": load.calls * 0.5 / 1e6 * price["storage_million_reads"],
        "logs": load.logs_gb * price["logging_gb"],
        "audit events": load.calls / 1e6 * price["audit_million_events"],
        "keys and secrets": 5 * price["kms_version"] + 11 * price["lockbox_version"],
        "DNS": price["dns_zone"] if load.own_name else 0.0,
        f"DataLens seats ({', '.join(str(seats(each)) for each in LOADS)})": seats(load) * price["datalens_seat"],
    }


def table() -> str:
    """Write the table of the document."""
    price = prices()
    columns = [costs(load, price) for load in LOADS]
    heads = [f"{load.title}: {load.workbooks:,} workbooks, {load.calls:,} calls" for load in LOADS]
    lines = [f"| roubles a month | {' | '.join(heads)} |", "|---|---|---|---|"]
    lines += [f"| {name} | {' | '.join(f'{column[name]:,.0f}' for column in columns)} |" for name in columns[0]]
    lines.append(f"| **sum** | {' | '.join(f'**{sum(column.values()):,.0f}**' for column in columns)} |")
    return "\n".join(lines)


def main() -> int:
    """Print the table, or write it into the document."""
    if "--write" in sys.argv[1:]:
        before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
        DOCUMENT.write_text(f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}", "utf-8")
    else:
        print(table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
