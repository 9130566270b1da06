"""The web page as it is given out: ``site/`` with what it uses of others, named so that browsers may keep it.

::

    index.html, upload.html, ...      the pages, asked for anew each time
    assets/<version>/...              scripts, styles, pictures; <version> is a hash of them all, so they never change
    assets/config.json                what differs from place to place: how people log in

The same sources give the same bytes.
"""

import hashlib
import html
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fly_potato.site.vendor import write_vendor
from shared.errors import ConfigurationError
from shared.storage.object_keys import VERSIONED

SOURCE = Path(__file__).resolve().parents[2] / "site"
CONFIG = "assets/config.json"
START, LOST = "index.html", "404.html"
FRAMES = ("https://datalens.yandex.cloud", "https://datalens.ru")
MARK = ".fly-potato-site"
"""Stands in every folder that was laid out, for such a folder is cleared of everything else."""
FILE_BYTES = 2_621_440
"""What the gateway carries at most (https://yandex.cloud/docs/api-gateway/concepts/limits)."""

_REFERENCE = re.compile(rb"(?<![\w.])/assets/(?!config\.json)")
_REWRITTEN = (".html", ".js", ".mjs", ".css", ".svg", ".webmanifest")
_HEAD = re.compile(rb"<head(?:\s[^>]*)?>")


def lay_out(
    out: Path,
    config: Mapping[str, Any] | None = None,
    policy: str | None = None,
    *,
    source: Path = SOURCE,
    vendor: Callable[[Path], None] | None = None,
) -> tuple[str, ...]:
    """Write the page into a folder, which then holds nothing else, and give the names of its files.

    ``config`` becomes ``assets/config.json`` in place of the sources' own, which says how people log in behind nginx.
    ``policy`` goes into each page; ``vendor`` writes what the page uses of others (default: the chart library). Who
    serves the folder meanwhile never misses a file, for pages come last and the assets of the version before stay.

    Raises:
        ConfigurationError: ``SITE_MISSING``, ``SITE_INCOMPLETE``, ``SITE_REFERENCE_BROKEN``, ``SITE_FILE_TOO_LARGE``,
            or ``SITE_FOLDER_TAKEN`` for a folder with files of somebody else's.
    """
    files = dict(_versioned(_collected(source, vendor)))
    _check(files)
    _claim_folder(out)
    files = _configured(files, config, policy)
    for key in in_order(files):
        _write(out / key, files[key])
    present = {path.relative_to(out).as_posix(): path.stat().st_mtime for path in out.rglob("*") if path.is_file()}
    for key in outdated(present, {MARK, *files}):
        (out / key).unlink()
    for folder in sorted((path for path in out.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    return tuple(sorted(files))


def configure(folder: Path, config: Mapping[str, Any] | None, policy: str | None) -> None:
    """Write ``config`` and ``policy`` into a page that was laid out without them, as ``lay_out`` would have."""
    for key, body in _configured(dict(_read(folder)), config, policy).items():
        _write(folder / key, body)


def in_order(keys: Iterable[str]) -> list[str]:
    """Sort files so that nobody who loads a page while they are written finds one missing: pages last."""
    return sorted(keys, key=lambda key: (key.endswith(".html"), key))


def outdated(present: Mapping[str, Any], keys: Iterable[str]) -> set[str]:
    """Pick what is no longer part of the page; the youngest of the older versions stays, for pages that are open.

    ``present`` gives each file's time of change, in any one unit.
    """
    strange = set(present) - set(keys)
    ours = {key.split("/")[1] for key in keys if VERSIONED.fullmatch(key)}
    older = [key for key in strange if VERSIONED.fullmatch(key) and key.split("/")[1] not in ours]
    youngest = max(older, key=lambda key: (present[key], key), default="/").split("/")[1]
    return {key for key in strange if not (key in older and key.split("/")[1] == youngest)}


def _configured(files: Mapping[str, bytes], config: Mapping[str, Any] | None, policy: str | None) -> dict[str, bytes]:
    laid_out = dict(files)
    if policy is not None:
        tag = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">'.encode()
        pages = {key: body for key, body in files.items() if key.endswith(".html")}
        laid_out |= {key: _HEAD.sub(lambda match: match[0] + tag, body, count=1) for key, body in pages.items()}
    if config is not None:
        laid_out[CONFIG] = json.dumps(config, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
    return laid_out


def _claim_folder(out: Path) -> None:
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        sentence = f"Папка {out} не пуста и не от сайта: раскладка стёрла бы чужие файлы."
        raise ConfigurationError("SITE_FOLDER_TAKEN", sentence)
    _write(out / MARK, b"")


def _collected(source: Path, vendor: Callable[[Path], None] | None) -> dict[str, bytes]:
    if not source.is_dir():
        raise ConfigurationError("SITE_MISSING", f"Нет папки сайта {source}.")
    files = dict(_read(source))
    with tempfile.TemporaryDirectory() as directory:
        (vendor or write_vendor)(Path(directory))
        files.update(_read(Path(directory)))
    return files


def _read(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        key = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in key.parts):
            yield key.as_posix(), path.read_bytes()


def _versioned(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    digest = hashlib.sha256()
    assets = {key for key in files if key.startswith("assets/") and key != CONFIG}
    for key, body in sorted(files.items()):
        if key in assets:
            digest.update(f"{key}\0{len(body)}\0".encode() + body)
    version = digest.hexdigest()[:12]
    for key, body in sorted(files.items()):
        if key.endswith(_REWRITTEN):
            body = _REFERENCE.sub(f"/assets/{version}/".encode(), body)
        yield (f"assets/{version}/{key.removeprefix('assets/')}" if key in assets else key), body


def _check(files: Mapping[str, bytes]) -> None:
    if lacking := {START, LOST} - set(files):
        raise ConfigurationError("SITE_INCOMPLETE", f"На сайте нет страниц: {', '.join(sorted(lacking))}.")
    for key, body in files.items():
        if len(body) > FILE_BYTES:
            raise ConfigurationError("SITE_FILE_TOO_LARGE", f"{key}: {len(body)} байт, шлюз пропускает {FILE_BYTES}.")
        if key.endswith(".html"):
            broken = [name for name in _references(body) if name.startswith("/assets/") and name[1:] not in files]
            if broken:
                raise ConfigurationError("SITE_REFERENCE_BROKEN", f"{key} ссылается на {broken[0]}, а файла нет.")


def _references(page: bytes) -> list[str]:
    references: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            references.extend(value for name, value in attrs if name in ("src", "href") and value)

    Reader().feed(page.decode())
    return [name.partition("#")[0].partition("?")[0] for name in references]


def _write(path: Path, body: bytes) -> None:
    if path.is_file() and path.read_bytes() == body:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(body)
    draft.replace(path)


def policy(connect: Iterable[str]) -> str:
    """Write the policy of a page that may also talk to these addresses, of which the origins count.

    It stands in the page itself, for the gateway gives files out as they are; nginx sends its own as a header, with
    ``frame-ancestors``, which a page cannot say of itself.
    """
    origins = sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, connect)})
    directives = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "connect-src": " ".join(["'self'", *origins]),
        "frame-src": " ".join(FRAMES),
        "form-action": "'self'",
        "base-uri": "'self'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
