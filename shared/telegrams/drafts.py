"""Frozen values made at the price of plain ones.

A frozen dataclass sets each field through ``object.__setattr__``: 2.6 µs for 18 fields against 0.3 µs for a plain
one, and a row needs five such values (docs/decisions/0102). A draft is the plain twin with the same slots; the last
thing it does when it is made is to become the frozen class.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


def draft(frozen: Callable[P, T]) -> Callable[P, T]:
    """Give a maker of ``frozen`` values, called as the class itself; ``frozen`` is a frozen slotted dataclass."""
    target = cast("type[Any]", frozen)

    def become(self: Any) -> None:
        self.__class__ = target

    body: dict[str, object] = {"__annotations__": {field.name: field.type for field in fields(target)}}
    body["__post_init__"] = become
    body.update({field.name: _default(field) for field in fields(target) if _default(field) is not MISSING})
    plain = type(f"{target.__name__}Draft", (), body)
    return cast("Callable[P, T]", dataclass(slots=True, eq=False, repr=False)(plain))


def _default(field: "Field[Any]") -> object:
    if field.default_factory is not MISSING:
        raise TypeError(f"{field.name}: a draft takes plain defaults only")
    return field.default
