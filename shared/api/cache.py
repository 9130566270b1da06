"""Answers that hold until the next load: made once, kept in the process, and not sent again to who has them.

Every answer of the statistics is a pure function of the request and of the data's revision, which each finished load
moves on. So the revision is in the ETag and in the key of what is kept; nothing ever has to be thrown away by time.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from operator import itemgetter

from fastapi import Request, Response

from shared.api.problems import UnprocessableInput
from shared.auth.principals import Principal
from shared.db import Connection, Pool, translated
from shared.settings import VERSION
from shared.stats import queries
from shared.stats.selection import Facts

BODY_BYTES = 1_800_000
"""What an answer may weigh: the gateway carries 2.5 MB, where what is not text weighs a third more, and a function's
answer as JSON 3.5 MB, where each quotation mark of a text weighs double."""
_KEPT_BYTES = 48 * 1024 * 1024
_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"}


@dataclass(frozen=True, slots=True)
class Made:
    """An answer: its bytes, media type, and headers beyond the usual."""

    body: bytes
    media_type: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Shelf:
    """What is kept, the latest used last; the oldest goes when it grows too heavy."""

    kept: OrderedDict[str, Made] = field(default_factory=OrderedDict)
    size: int = 0

    def find(self, key: str) -> Made | None:
        """Give what is kept under a key."""
        found = self.kept.get(key)
        if found is not None:
            self.kept.move_to_end(key)
        return found

    def keep(self, key: str, made: Made) -> None:
        """Keep an answer, and let the oldest ones go."""
        before = self.kept.pop(key, None)
        self.size += len(made.body) - (0 if before is None else len(before.body))
        self.kept[key] = made
        while self.size > _KEPT_BYTES:
            self.size -= len(self.kept.popitem(last=False)[1].body)


Finish = Callable[[], Made]
Make = Callable[[Connection, Facts], Awaitable[Made | Finish]]
"""Reads what an answer needs; what is then left to do is work for the processor, done without a connection."""


async def answer(
    request: Request, principal: Principal, make: Make, *, variant: str = "", limited: bool = True
) -> Response:
    """Answer from what the caller has, from what is kept, or by making it; all reads of one answer see one snapshot.

    What the caller may not have must be refused before: what is kept for one is given to all of the same regions.
    ``variant`` tells answers of one address apart that differ by something else, such as the media type; an answer that
    goes another way than through the gateway is not ``limited``.

    Raises:
        UnprocessableInput: ``ANSWER_TOO_LARGE`` for one of more than ``BODY_BYTES``.
    """
    shelf: Shelf = request.app.state.shelf
    known, made = await _read(request, principal, make, variant)
    key = _key(request, principal, known, variant)
    if made is None:
        return Response(status_code=304, headers={**_HEADERS, "ETag": f'"{key}"'})
    if not isinstance(made, Made):
        made = await asyncio.to_thread(made)
    if limited and len(made.body) > BODY_BYTES:
        raise UnprocessableInput("ANSWER_TOO_LARGE", "Ответ слишком велик: укажите период короче или один регион.")
    shelf.keep(key, made)
    headers = {**_HEADERS, "ETag": f'"{key}"', **made.headers}
    return Response(made.body, media_type=made.media_type, headers=headers)


async def _read(request: Request, principal: Principal, make: Make, variant: str) -> tuple[Facts, Made | Finish | None]:
    """Give what is there for the newest data: None when the caller has it."""
    pool: Pool = request.app.state.pool
    shelf: Shelf = request.app.state.shelf
    with translated():
        async with pool.acquire() as conn:
            known = await queries.facts(conn)
            key = _key(request, principal, known, variant)
            if key in _held(request):
                return known, None
            found = shelf.find(key)
            if found is not None:
                return known, found
            async with conn.transaction(isolation="repeatable_read", readonly=True):
                known = await queries.facts(conn)
                return known, await make(conn, known)


def _key(request: Request, principal: Principal, known: Facts, variant: str) -> str:
    # None (every region) and any list of names, whatever stands in them, have to give different texts.
    regions = None if principal.regions is None else tuple(sorted(principal.regions))
    # Of a parameter given twice the last counts, so values of one name keep their order.
    query = sorted(request.query_params.multi_items(), key=itemgetter(0))
    told = repr((VERSION, known, request.url.path, query, regions, variant))
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _held(request: Request) -> set[str]:
    given = request.headers.get("if-none-match", "")
    return {each.strip().removeprefix("W/").strip('"') for each in given.split(",")}
