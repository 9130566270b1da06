"""What administrators set while the product runs, who did what, and which texts have been redacted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.bootstrap import run_sql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "switches",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False, comment="opaque subject, or the name of a command"),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("name IN ('ingest', 'lanes', 'announcement', 'features')", name=op.f("ck_switches_name")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switches")),
        schema="core",
        comment="what administrators set while the product runs; what is not there is as it always was",
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("who", sa.Text(), nullable=False, comment="opaque subject, or the name of a command"),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(), comment="no personal data"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        schema="core",
        comment="who did what an administrator may do, and who saw raw text",
    )
    op.create_index("ix_audit_at", "audit", ["at"], schema="core")
    op.add_column(
        "loads",
        sa.Column(
            "redacted_at",
            sa.DateTime(timezone=True),
            comment="when the texts of its rows were replaced by such as name nobody",
        ),
        schema="core",
    )
    run_sql(op.get_bind(), "0001/grants.sql", "0012/grants.sql")


def downgrade() -> None:
    """Take back."""
    op.drop_column("loads", "redacted_at", schema="core")
    op.drop_table("audit", schema="core")
    op.drop_table("switches", schema="core")
