"""Every delivery ends, rows can be read anew, and loads withdrawn: leases of uploads, all places of a row, texts of rejects.

Of loads before this version it is not known where else their rows stood; ``rows_traced`` says so.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.bootstrap import run_sql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LOAD_STATES = "state IN ('claimed', 'done', 'failed')"
OUTCOMES = "outcome IN ('loaded', 'duplicate', 'failed')"


def upgrade() -> None:
    """Apply."""
    for column in (
        sa.Column(
            "parser_revision",
            sa.Integer(),
            nullable=False,
            server_default=sa.text("0"),
            comment="of the parser that read it last",
        ),
        sa.Column(
            "rows_traced",
            sa.Boolean(),
            nullable=False,
            server_default=sa.text("false"),
            comment="every place of its rows is kept, and the texts of its rejects",
        ),
        sa.Column("step_seconds", postgresql.JSONB(), comment="how long each step of the load took"),
        sa.Column("problems", postgresql.JSONB(), comment="how many of its flights carry each code"),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_by", sa.Text(), comment="opaque subject, or the name of a command"),
        sa.Column("withdrawn_reason", sa.Text()),
    ):
        op.add_column("loads", column, schema="core")
    _constrain("loads", "state", "state IN ('claimed', 'done', 'failed', 'withdrawn')")
    op.add_column(
        "uploads",
        sa.Column(
            "lease_until",
            sa.DateTime(timezone=True),
            comment="until when a sign of life is due from who works on it",
        ),
        schema="core",
    )
    op.add_column(
        "uploads",
        sa.Column(
            "absent_at", sa.DateTime(timezone=True), comment="when the bucket was asked for an object that never came"
        ),
        schema="core",
    )
    _constrain("uploads", "outcome", "outcome IN ('loaded', 'duplicate', 'failed', 'withdrawn')")
    op.create_index(
        "ix_uploads_open", "uploads", ["lease_until"], schema="core", postgresql_where=sa.text("outcome IS NULL")
    )
    _tables()
    op.create_index(op.f("ix_rows_load_id"), "rows", ["load_id"], schema="raw", postgresql_using="brin")
    run_sql(op.get_bind(), "0004/upload_states.sql", "0001/grants.sql")


def _tables() -> None:
    op.create_table(
        "repeats",
        sa.Column("flight_key", sa.Uuid(), nullable=False),
        sa.Column("row_hash", sa.Uuid(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("flight_key", "row_hash", "load_id", "ordinal", name=op.f("pk_repeats")),
        schema="raw",
        comment="the other places where a kept row stands: in older workbooks, or further up in the same",
    )
    op.create_index(op.f("ix_repeats_load_id"), "repeats", ["load_id"], schema="raw", postgresql_using="brin")
    op.create_table(
        "rejects",
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("center", sa.Text()),
        sa.Column("shr", sa.Text()),
        sa.Column("dep", sa.Text()),
        sa.Column("arr", sa.Text()),
        sa.Column("cells", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("load_id", "ordinal", name=op.f("pk_rejects")),
        schema="raw",
        comment="the texts of rejected rows, which a later parser may read",
    )


def downgrade() -> None:
    """Take back. Withdrawn loads are forgotten: the older version has no word for them."""
    op.execute("DROP VIEW core.upload_states")
    op.execute("DELETE FROM core.uploads WHERE outcome = 'withdrawn'")
    op.execute(
        "UPDATE core.uploads SET load_id = NULL WHERE load_id IN (SELECT id FROM core.loads WHERE state = 'withdrawn')"
    )
    op.execute("DELETE FROM core.loads WHERE state = 'withdrawn'")
    op.drop_index(op.f("ix_rows_load_id"), "rows", schema="raw")
    op.drop_table("rejects", schema="raw")
    op.drop_table("repeats", schema="raw")
    op.drop_index("ix_uploads_open", "uploads", schema="core")
    _constrain("uploads", "outcome", OUTCOMES)
    _constrain("loads", "state", LOAD_STATES)
    for column in ("absent_at", "lease_until"):
        op.drop_column("uploads", column, schema="core")
    for column in (
        "withdrawn_reason", "withdrawn_by", "withdrawn_at", "problems", "step_seconds", "rows_traced", "parser_revision",
    ):  # fmt: skip
        op.drop_column("loads", column, schema="core")


def _constrain(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, schema="core", type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition, schema="core")
