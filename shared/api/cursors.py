"""Keyset cursors: the sort key of the last row seen, as opaque text."""

import base64
import binascii
import json
from datetime import datetime
from uuid import UUID

from shared.api.problem_details import UnprocessableInput


def pack(*key: str | int) -> str:
    """Make a cursor of a sort key."""
    return base64.urlsafe_b64encode(json.dumps(key, ensure_ascii=False).encode()).decode().rstrip("=")


def unpack(cursor: str, *kinds: type) -> tuple[str | int, ...]:
    """Read a cursor made by ``pack``.

    Raises:
        UnprocessableInput: ``CURSOR_INVALID`` for anything else.
    """
    try:
        key = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        key = None
    # bool is an int to isinstance, and no sort key.
    if not isinstance(key, list) or [type(part) for part in key] != list(kinds) or not all(map(_storable, key)):
        raise invalid()
    return tuple(key)


def _storable(part: object) -> bool:
    # PostgreSQL's text holds neither NUL nor half a surrogate pair.
    return not isinstance(part, str) or not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in part)


def invalid() -> UnprocessableInput:
    """Make the error of a cursor that no page gave."""
    return UnprocessableInput("CURSOR_INVALID", "Продолжение списка указано неверно, начните сначала.")


def moment_and_id(cursor: str) -> tuple[datetime, UUID]:
    """Read a cursor whose sort key is an aware moment and an id.

    Raises:
        UnprocessableInput: ``CURSOR_INVALID`` for anything else.
    """
    moment, identifier = unpack(cursor, str, str)
    try:
        key = datetime.fromisoformat(str(moment)), UUID(str(identifier))
    except ValueError:
        raise invalid() from None
    if key[0].tzinfo is None:
        raise invalid()
    return key
