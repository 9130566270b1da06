"""The telegrams of one flight for those who may send workbooks, never without a line of who read them."""

from collections.abc import Sequence

from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    run_sql(op.get_bind(), "0013/functions.sql")


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION core.flight_texts(uuid, text)")
