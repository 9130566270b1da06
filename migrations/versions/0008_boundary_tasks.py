"""What administrators ask for about boundaries: reading a file, rehearsing a set, putting it in force."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.bootstrap import run_sql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "boundary_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False, comment="opaque subject, or the name of a command or job"),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("object_key", sa.Text(), comment="of a file that was sent"),
        sa.Column("file_name", sa.Text()),
        sa.Column("size_bytes", sa.BigInteger()),
        sa.Column(
            "stated",
            postgresql.JSONB(),
            comment="what its sender says of it: name, source, licence, attribution, default_time_zone",
        ),
        sa.Column("set_id", sa.SmallInteger(), comment="the set that was read, or is asked for"),
        sa.Column("state", sa.Text(), server_default=sa.text("'requested'"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("result", postgresql.JSONB()),
        sa.Column("error_code", sa.Text()),
        sa.Column("error_sentence", sa.Text()),
        sa.CheckConstraint(
            "kind IN ('file', 'address', 'rehearsal', 'activation')", name=op.f("ck_boundary_tasks_kind")
        ),
        sa.CheckConstraint("state IN ('requested', 'done', 'refused')", name=op.f("ck_boundary_tasks_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundary_tasks")),
        schema="core",
    )
    op.create_index("ix_boundary_tasks_asked_at_id", "boundary_tasks", ["asked_at", "id"], schema="core")
    op.create_index(
        "uq_boundary_tasks_open",
        "boundary_tasks",
        ["kind", "set_id"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("state = 'requested' AND set_id IS NOT NULL"),
    )
    run_sql(op.get_bind(), "0001/grants.sql", "0008/grants.sql")


def downgrade() -> None:
    """Take back."""
    op.drop_table("boundary_tasks", schema="core")
