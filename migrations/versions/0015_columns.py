"""Columns that a workbook's sender names, and the headings that were found where none was known."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.bootstrap import run_sql

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    for table, name, comment in _COLUMNS:
        op.add_column(table, sa.Column(name, postgresql.JSONB(), comment=comment), schema="core")
    run_sql(op.get_bind(), "0015/grants.sql")


def downgrade() -> None:
    """Take back."""
    for table, name, _ in reversed(_COLUMNS):
        op.drop_column(table, name, schema="core")


_COLUMNS = (
    ("loads", "column_map", "by which columns it was read where headers did not tell"),
    ("uploads", "column_map", "what its sender says of the columns of sheets; null: headers tell"),
    ("uploads", "found_headings", "titles of sheets without a known header, for the sender to name columns"),
)
