"""What every table's definition shares: the metadata with its names, and columns that come again."""

from sqlalchemy import Column, DateTime, MetaData, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NOW = text("now()")


def moment(name: str, *, nullable: bool = True, now: bool = False) -> Column[object]:
    """Make a column for an aware instant."""
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=NOW if now else None)
