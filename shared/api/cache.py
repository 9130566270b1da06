"""Answers that hold until the next load: content once, kept in the process, and not sent again to who has them.

Every answer of the statistics is a pure function of the request and of the data's revision, which each finished load
moves on. So the revision is in the ETag and in the key of what is kept; nothing ever has to be thrown away by time.
"""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from operator import itemgetter

from fastapi import Request, Response

from shared.api.problem_details import UnprocessableInput
from shared.auth.principals import Principal
from shared.db import Connection, Pool, translated
from shared.settings import VERSION
from shared.stats import queries
from shared.stats.models import Answer
from shared.stats.selection import Facts
from shared.stats.statements import Clock

BODY_BYTES = 1_800_000
"""What an answer may weigh: the gateway carries 2.5 MB, where what is not text weighs a third more, and a function's
answer as JSON 3.5 MB, where each quotation mark of a text weighs double."""
_CACHE_BYTES = 48 * 1024 * 1024
_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Accept, Accept-Encoding, Authorization"}
_COMPRESSED_TYPES = ("application/json", "application/geo+json", "image/svg+xml")
_LEAST_COMPRESSED = 1024
_LEVEL = 3
"""Of 9: higher ones take several times as long and save a tenth."""


@dataclass(frozen=True, slots=True)
class Content:
    """An answer: its bytes, media type, and headers beyond the usual."""

    body: bytes
    media_type: str
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(answer: Answer) -> Content:
    """Write an answer of the statistics as JSON."""
    return Content(answer.model_dump_json().encode("utf-8", "surrogatepass"), "application/json")


@dataclass(slots=True)
class ResponseCache:
    """What is kept, the latest used last; the oldest goes when it grows too heavy."""

    contents: OrderedDict[str, Content] = field(default_factory=OrderedDict)
    size: int = 0

    def get(self, key: str) -> Content | None:
        """Give what is kept under a key."""
        content = self.contents.get(key)
        if content is not None:
            self.contents.move_to_end(key)
        return content

    def put(self, key: str, content: Content) -> None:
        """Keep an answer, and let the oldest ones go."""
        before = self.contents.pop(key, None)
        self.size += len(content.body) - (0 if before is None else len(before.body))
        self.contents[key] = content
        while self.size > _CACHE_BYTES:
            self.size -= len(self.contents.popitem(last=False)[1].body)


Render = Callable[[], Content]
Produce = Callable[[Connection, Facts], Awaitable[Content | Render]]
"""Reads what an answer needs; what is then left to do is work for the processor, done without a connection."""


async def respond(
    request: Request,
    principal: Principal,
    produce: Produce,
    *,
    clock: Clock = "utc",
    variant: str = "",
    limited: bool = True,
    compress: bool = False,
) -> Response:
    """Answer from what the caller has, from what is kept, or by making it; all reads of one answer see one snapshot.

    What the caller may not have must be refused before: what is kept for one is given to all of the same regions.
    ``clock`` says whose days the facts are that ``produce`` gets. ``variant`` tells answers of one address apart that
    differ by something else, such as the media type; an answer that goes another way than through the gateway is not
    ``limited``. ``compress`` lets it be compressed for who takes gzip: where nothing in it is a caller's own words.

    Raises:
        UnprocessableInput: ``ANSWER_TOO_LARGE`` for one of more than ``BODY_BYTES``.
    """
    cache: ResponseCache = request.app.state.cache
    is_compressed = compress and _may_be_compressed(request)
    variant = f"{variant} gzip" if is_compressed else variant
    facts, content = await _read(request, principal, produce, clock, variant)
    key = _key(request, principal, facts, variant)
    if content is None:
        return Response(status_code=304, headers={**_HEADERS, "ETag": f'"{key}"'})
    if not isinstance(content, Content):
        content = await asyncio.to_thread(content)
    if limited and len(content.body) > BODY_BYTES:
        raise UnprocessableInput("ANSWER_TOO_LARGE", "Ответ слишком велик: укажите период короче или один регион.")
    if is_compressed and "Content-Encoding" not in content.headers:
        content = await asyncio.to_thread(_compressed, content)
    cache.put(key, content)
    headers = {**_HEADERS, "ETag": f'"{key}"', **content.headers}
    return Response(content.body, media_type=content.media_type, headers=headers)


def _may_be_compressed(request: Request) -> bool:
    """Tell whether the caller takes gzip, and none of the caller's own words stand in the answer.

    Beside words that somebody else may choose, the length of what is compressed would tell of the rest (BREACH); a type
    of aircraft is the one filter that answers repeat as it was written.
    """
    return "gzip" in request.headers.get("accept-encoding", "") and "type" not in request.query_params


def _compressed(content: Content) -> Content:
    """Compress an answer of text; a short one is not worth it."""
    if not content.media_type.startswith(_COMPRESSED_TYPES) or len(content.body) < _LEAST_COMPRESSED:
        return content
    body = gzip.compress(content.body, _LEVEL, mtime=0)
    return Content(body, content.media_type, {**content.headers, "Content-Encoding": "gzip"})


async def _read(
    request: Request, principal: Principal, produce: Produce, clock: Clock, variant: str
) -> tuple[Facts, Content | Render | None]:
    """Give what is there for the newest data: None when the caller has it."""
    pool: Pool = request.app.state.pool
    cache: ResponseCache = request.app.state.cache
    with translated():
        async with pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            facts = await queries.facts(conn, clock)
            key = _key(request, principal, facts, variant)
            if key in _etags_of(request):
                return facts, None
            return facts, cache.get(key) or await produce(conn, facts)


def _key(request: Request, principal: Principal, facts: Facts, variant: str) -> str:
    # None (every region) and any list of names, whatever stands in them, have to give different texts.
    regions = None if principal.regions is None else tuple(sorted(principal.regions))
    # Of a parameter given twice the last counts, so values of one name keep their order.
    query = sorted(request.query_params.multi_items(), key=itemgetter(0))
    text = repr((VERSION, facts, request.url.path, query, regions, variant))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _etags_of(request: Request) -> set[str]:
    header = request.headers.get("if-none-match", "")
    return {each.strip().removeprefix("W/").strip('"') for each in header.split(",")}
