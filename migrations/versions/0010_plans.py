"""Plans against facts and problems by centre, as roll-ups and views; rows of loads by centre."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

VIEWS = "plan_fact lateness center_problems center_rows contributions anomalies"
KEYS = ("span", "start", "region_id", "center")
CENTER = "centre of air traffic management; empty when not known"


def _starts() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("span", sa.Text(), nullable=False, comment="day, month, year"),
        sa.Column("start", sa.Date(), nullable=False, comment="first UTC day of the span; -infinity for undated"),
        sa.Column("start_moscow", sa.Date(), nullable=False, comment="first day of the span by Moscow's clock"),
        sa.Column("start_local", sa.Date(), nullable=False, comment="first day of the span by the clock of its place"),
        sa.Column(
            "region_id", sa.SmallInteger(), nullable=False, comment="-1 the whole country, 0 flights without a region"
        ),
        sa.Column("center", sa.Text(), nullable=False, comment=CENTER),
    )


def _tally(name: str, comment: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False, comment=comment)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "load_centers",
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("center", sa.Text(), nullable=False, comment=CENTER),
        _tally("rows", "filled rows, rejected ones included"),
        _tally("rejected"),
        sa.ForeignKeyConstraint(
            ["load_id"], ["core.loads.id"], name=op.f("fk_load_centers_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "center", name=op.f("pk_load_centers")),
        schema="core",
    )
    op.create_table(
        "plan_counts",
        *_starts(),
        sa.Column("operator_kind", sa.Text(), nullable=False),
        _tally("flights", "not cancelled"),
        _tally("flown", "a DEP or an ARR stands behind it"),
        _tally("planned", "a plan alone"),
        _tally("cancelled"),
        _tally("unclosed", "flown, take-off known, landing not"),
        _tally("no_landing", "flown, landing not known"),
        _tally("with_problems", "not cancelled, with any code of what is wrong"),
        _tally("compared", "flown, planned and actual duration known"),
        sa.Column("plan_minutes", sa.BigInteger(), nullable=False, comment="planned, of the compared"),
        sa.Column("minutes", sa.BigInteger(), nullable=False, comment="actual, of the compared"),
        _tally("far_apart", "flown, take-off more than twelve hours from the plan"),
        sa.Column(
            "late", sa.ARRAY(sa.Integer()), comment="take-off less planned take-off, minutes, of the others with both"
        ),
        sa.Column("late_n", sa.ARRAY(sa.Integer()), comment="flights of each lateness; null: one each"),
        sa.PrimaryKeyConstraint(*KEYS, "operator_kind", "start_moscow", "start_local", name=op.f("pk_plan_counts")),
        sa.CheckConstraint("span IN ('day', 'month', 'year')", name=op.f("ck_plan_counts_span")),
        schema="mart",
    )
    op.create_table(
        "problem_counts",
        *_starts(),
        sa.Column("code", sa.Text(), nullable=False, comment="of a repair, doubt or loss"),
        _tally("flights", "not cancelled"),
        sa.PrimaryKeyConstraint(*KEYS, "code", "start_moscow", "start_local", name=op.f("pk_problem_counts")),
        sa.CheckConstraint("span IN ('day', 'month', 'year')", name=op.f("ck_problem_counts_span")),
        schema="mart",
    )
    for table in ("plan_counts", "problem_counts"):
        for clock in ("moscow", "local"):
            op.create_index(f"ix_{table}_{clock}", table, ["span", f"start_{clock}", "region_id"], schema="mart")
    run_sql(op.get_bind(), "0010/views.sql", "0001/grants.sql", "0010/count.sql")


def downgrade() -> None:
    """Take back."""
    op.execute("DROP VIEW " + ", ".join(f"mart.{view}" for view in VIEWS.split()))
    op.drop_table("problem_counts", schema="mart")
    op.drop_table("plan_counts", schema="mart")
    op.drop_table("load_centers", schema="core")
