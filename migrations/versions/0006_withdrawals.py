"""Administrators ask for a load to be taken back; the function that may write flights does it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False, comment="opaque subject"),
        sa.Column("requested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("state", sa.Text(), server_default=sa.text("'requested'"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("flights_gone", sa.Integer()),
        sa.Column("flights_changed", sa.Integer()),
        sa.Column("error_code", sa.Text()),
        sa.Column("error_sentence", sa.Text()),
        sa.CheckConstraint("state IN ('requested', 'done', 'refused')", name=op.f("ck_withdrawals_state")),
        sa.ForeignKeyConstraint(["load_id"], ["core.loads.id"], name=op.f("fk_withdrawals_load_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawals")),
        schema="core",
    )
    op.create_index(
        "uq_withdrawals_open",
        "withdrawals",
        ["load_id"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("state = 'requested'"),
    )
    run_sql(op.get_bind(), "0001/grants.sql", "0006/withdrawals.sql")


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION core.withdrawal_preview(bigint)")
    op.drop_table("withdrawals", schema="core")
