"""Flights counted by type and by everything that is wrong with them, so that no answer reads flights one by one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = ["span", "start", "region_id", "center", "uav_type", "problems", "start_moscow", "start_local"]


def upgrade() -> None:
    """Apply."""
    op.execute("TRUNCATE mart.problem_counts")
    for column in (
        sa.Column("uav_type", sa.Text(), nullable=False, comment="empty when not told"),
        sa.Column(
            "problems",
            sa.ARRAY(sa.Text()),
            nullable=False,
            comment="codes of repairs, doubts and losses; empty for most",
        ),
        sa.Column("flown", sa.Integer(), nullable=False, comment="of them flown"),
    ):
        op.add_column("problem_counts", column, schema="mart")
    run_sql(op.get_bind(), "0018/view.sql")
    op.drop_constraint("pk_problem_counts", "problem_counts", schema="mart")
    op.drop_column("problem_counts", "code", schema="mart")
    op.create_primary_key("pk_problem_counts", "problem_counts", KEY, schema="mart")
    run_sql(op.get_bind(), "0018/count.sql")
    # The release before counts a row a code.
    op.execute("COMMENT ON TABLE core.alembic_version IS 'compatible_from=0018'")


def downgrade() -> None:
    """Take back."""
    op.execute("COMMENT ON TABLE core.alembic_version IS 'compatible_from=0016'")
    run_sql(op.get_bind(), "0018/before.sql")
