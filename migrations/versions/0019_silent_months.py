"""Months that no workbook speaks of are told as such in ``mart.monthly``."""

from collections.abc import Sequence
from importlib.resources import files

from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    run_sql(op.get_bind(), "0019/monthly.sql")


def downgrade() -> None:
    """Take back."""
    script = (files("migrations") / "sql/0014/region_filters.sql").read_text(encoding="utf8")
    op.get_bind().exec_driver_sql(script[script.index("DO $body$") :])
