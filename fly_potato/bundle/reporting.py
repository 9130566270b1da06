"""What bundles weigh and how fast they start, for people and for the deployment."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from fly_potato.bundle.building import Bundle
from fly_potato.bundle.starting import Started

_MEBIBYTE = 1024**2


def table(bundles: Sequence[tuple[Bundle, Started]]) -> Table:
    """Tabulate bundles."""
    rows = Table("функция", "архив, МиБ", "распакован, МиБ", "импорт, мс", "из них процессор", "память, МиБ", "sha256")
    for bundle, started in bundles:
        rows.add_row(
            bundle.name,
            f"{bundle.zipped / _MEBIBYTE:.1f}",
            f"{bundle.unpacked / _MEBIBYTE:.1f}",
            f"{started.import_milliseconds:.0f}",
            f"{started.import_cpu_milliseconds:.0f}",
            f"{started.import_mebibytes:.0f}",
            bundle.sha256[:12],
        )
    return rows


def document(bundles: Sequence[tuple[Bundle, Started]]) -> dict[str, Any]:
    """Write the same as a JSON document."""
    return {
        "functions": {
            bundle.name: {
                "sha256": bundle.sha256,
                "zipped_bytes": bundle.zipped,
                "unpacked_bytes": bundle.unpacked,
                "import_milliseconds": started.import_milliseconds,
                "import_cpu_milliseconds": started.import_cpu_milliseconds,
                "import_mebibytes": started.import_mebibytes,
            }
            for bundle, started in bundles
        },
    }
