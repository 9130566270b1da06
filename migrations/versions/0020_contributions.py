"""Contributions tell no change to or from a span that was sent in part; odd days stand against none before the data."""

from collections.abc import Sequence
from importlib.resources import files

from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE = {"contributions": "0010", "anomalies": "0010", "span_contributions": "0014"}


def upgrade() -> None:
    """Apply."""
    run_sql(op.get_bind(), "0020/contributions.sql", "0020/anomalies.sql")


def downgrade() -> None:
    """Take back."""
    for view, version in BEFORE.items():
        script = (files("migrations") / f"sql/{version}/views.sql").read_text(encoding="utf8")
        begin = script.index(f"CREATE VIEW mart.{view} AS")
        text = script[begin : script.index(";\n", begin)]
        op.get_bind().exec_driver_sql(text.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1))
    op.execute("DROP VIEW core.months_with_data")
