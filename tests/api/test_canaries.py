"""Invented names, telephone numbers and addresses in every field, column, file and sheet: nobody finds one anywhere.

Each canary says where it was put, so a leak names its door. Searched are the answers of every route to every role that
does not own the names, headers included, reports unpacked, log lines of all of it as they are written, metrics, and
every relation of the mart as the dashboards' role reads it.
"""

import asyncio
import io
import itertools
import json
import logging
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import openpyxl
import pytest

from functions.process.handler import handler
from hosting.trigger import object_created
from shared import logs
from shared.storage import Storage, incoming_key
from tests.api.conftest import Answer, _by_event, _claims
from tests.api.test_uploads import send
from tests.conftest import Database

SENT_AT = datetime(2025, 6, 1, tzinfo=UTC)
_numbers = itertools.count(101)
WHERE: dict[str, str] = {}
"""Every canary, folded as ``_folded`` does, and where it was put."""


def name(place: str, form: str = "QZORIN{}") -> str:
    """Make a name that no other text holds, and remember where it goes."""
    canary = form.format("ABCDEFGHIK"[next(_numbers) % 10] + "ABCDEFGHIKLMNOPQRSTUVWXYZ"[len(WHERE) % 25])
    WHERE[_folded(canary)] = place
    return canary


def phone(place: str) -> str:
    """Make a telephone number that nobody has."""
    number = f"+7000000{next(_numbers):04d}"
    WHERE[number.removeprefix("+")] = place
    return number


def person(place: str) -> str:
    """Make what stands in a free text: a name, a number, an address."""
    mail = f"{name(place, 'qzmail{}').lower()}@example.org"
    return f"{name(place, 'ЪЫВАНОВ{}')} {phone(place)} {mail}"


_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХЪЫ", "ABEKMHOPCTYXJJ")


def _folded(text: str) -> str:
    """Fold what readers may have made of a text: case, look-alike letters, blanks."""
    return re.sub(r"[\s()-]", "", unicodedata.normalize("NFKC", text).upper().translate(_LOOKALIKES))


def telegram_rows() -> Iterator[tuple[str | None, ...]]:
    """Give rows whose telegrams carry a canary in one field each, and one that is no telegram."""
    fields = {
        "OPR": person, "ORGN": person, "RMK": person, "STS": name, "PER": name, "CODE": name, "NAV": name, "DAT": name,
        "SUR": name, "SEL": name, "RVR": name, "ALTN": name, "RALT": name, "ORGN/ RMK": person, "DEST": name,
        "TYP": name,
        "EET": name, "REG": name, "XXX": person,
    }  # fmt: skip
    for number, (key, make) in enumerate(fields.items(), 1):
        yield row(number, f"{key}/{make(f'SHR {key}')}")
    for number, word in enumerate(("КАНАРЕЕВ", "HOMERQZ", "СТОКАРОВ", "ВАРВАРА", "МАРСОВ"), 40):
        WHERE[_folded(word)] = "SHR TYP as a type"
        yield row(number, f"TYP/{word}")
        WHERE[_folded(f"{word}ДВА")] = "SHR TYP counted"
        yield row(number + 10, f"TYP/2{word}ДВА")
    yield row(60, "RMK/X", callsign=name("SHR callsign", "Q{}"))
    yield row(61, "RMK/X", zone=f"/ZONA {name('SHR zone')}/")
    yield row(62, "RMK/X", zone=f"/ZONA R0,5 5530N03710E {person('SHR zone circle')}/")
    yield row(63, "RMK/X", place=f"5530N03710E {name('SHR DEP/ name')}")
    yield row(64, "RMK/X", place=name("SHR DEP/ without a coordinate"))
    yield row(65, "RMK/X", center=person("centre"))
    yield row(66, "RMK/X", dep=f"-TITLE IDEP\n-SID 7779000066\n-ADD 250301\n-ATD 0610\n-ADEPZ {name('ADEPZ')}\n-PAP 0")
    yield row(67, "RMK/X", dep=f"-TITLE IDEP\n-SID 7779000067\n-ADD 250301\n-ATD 0610\n-COMMENT {person('comment')}")
    yield ("Московский", f"{person('row that is no telegram')}", None, None)
    yield ("Московский", f"(SHR-ZZZZZ {person('broken telegram')}", person("cell DEP"), person("cell ARR"))


def row(
    number: int, extra: str, *, callsign: str = "ZZZZZ", zone: str | None = None, place: str = "5530N03710E",
    center: str = "Московский", dep: str | None = None,
) -> tuple[str | None, ...]:  # fmt: skip
    """Write one row of 2025."""
    shr = (
        f"(SHR-{callsign}\n-ZZZZ0600\n-M0005/M0030 {zone or f'/ZONA MR{number:05d}/'}\n-ZZZZ0200\n-DEP/{place}"
        f" DEST/5530N03710E DOF/250301 {extra} SID/7779{number:06d})"
    )
    return (center, shr, dep, None)


TABLE = {
    "Дата полета": "01.03.2025", "Рейс": name, "Борт. номер ВС": name, "Тип ВС": name, "Т выл. факт": "06:10",
    "Т пос. факт": "07:10", "Место вылета": "5530N03710E", "Место посадки": name, "А/В название": name,
    "А/П название": name, "Район полетов": person, "Примечания": person, "Владелец ВС": person, "EET": name,
}  # fmt: skip


def table_rows() -> Iterator[list[str]]:
    """Give rows of a table of 2024, each with a canary in one column, and one with a word for a day."""
    plain = {header: value if isinstance(value, str) else "" for header, value in TABLE.items()}
    for number, (header, make) in enumerate(TABLE.items()):
        cell = name(f"table {header}") if isinstance(make, str) else make(f"table {header}")
        yield list({**plain, "Рейс": f"{10_000 + number}", header: cell}.values())


def write_book(path: Path) -> Path:
    """Write the workbook: sheets named after people too, one of them with nothing that is read."""
    book = openpyxl.Workbook(write_only=True)
    telegrams = book.create_sheet(name("sheet of telegrams"))
    telegrams.append(["Центр ЕС ОрВД", "SHR", "DEP", "ARR"])
    for cells in telegram_rows():
        telegrams.append(cells)
    table = book.create_sheet(f"{name('sheet of a table')} {phone('sheet of a table')}")
    table.append(list(TABLE))
    for line in table_rows():
        table.append(line)
    unread = book.create_sheet(name("sheet that is not read"))
    unread.append([name("header that nobody knows"), "x"])
    unread.append([person("cell of an unread sheet"), "y"])
    book.save(path)
    return path


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Give everything that was logged, as the log has it."""
    caplog.set_level(logging.DEBUG)
    return lambda: "\n".join(logs.JsonLines().format(record) for record in caplog.records)


def texts(answer: Answer) -> str:
    """Give an answer's headers and body as text, a workbook's parts unpacked."""
    body = answer.body
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            body = b"\n".join(parts.read(part) for part in parts.namelist())
    return json.dumps(dict(answer.headers), ensure_ascii=False) + body.decode("utf-8", "replace")


def leaks(text: str) -> set[str]:
    """Name the doors by which a canary got into a text."""
    folded = _folded(text)
    return {place for canary, place in WHERE.items() if canary in folded}


ROUTES = [
    *(("health", each) for each in ("/health", "/healthz", "/metrics")),
    *(("embed_token", each) for each in ("/api/dashboards", "/api/embed-keys", "/api/embed-token?dashboard=overview")),
    *(
        ("stats", each)
        for each in (
            "/api/stats/overview", "/api/stats/regions", "/api/stats/daily", "/api/stats/hourly", "/api/stats/types",
            "/api/stats/quality", "/api/stats/region/RU-MOS", "/api/flights?limit=2000",
            "/api/flights?limit=2000&format=csv",
            "/api/flights?undated=true", "/api/flights?undated=true&format=csv", "/api/tiles/0/0/0.mvt",
            "/api/regions.geojson", "/api/reports", "/api/reports/overview.json", "/api/reports/overview.xlsx",
            "/api/reports/region.json?region=RU-MOS", "/api/charts/types.json", "/api/charts/types.svg",
            "/api/charts/regions.json",
        )
    ),
]  # fmt: skip


async def _mart(uri: str) -> str:
    connection = await asyncpg.connect(uri)
    try:
        names = await connection.fetch(
            "SELECT c.oid::regclass::text AS name FROM pg_class AS c WHERE c.relnamespace = 'mart'::regnamespace"
            " AND c.relkind IN ('r', 'v', 'm', 'p') AND has_table_privilege(c.oid, 'SELECT')"
        )
        assert len(names) > 5
        statement = "SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {} AS t"
        return "\n".join([await connection.fetchval(statement.format(each["name"])) for each in names])
    finally:
        await connection.close()


def test_nobody_finds_a_canary(
    configured: pytest.MonkeyPatch, mapped: Database, storage: Storage, tmp_path: Path, lines: Callable[[], str]
) -> None:
    body = write_book(tmp_path / "book.xlsx").read_bytes()
    configured.setenv("POSTGRES_URI", mapped.uri("fp_api"))
    sender = {"sub": "the-sender", "roles": '["operator"]'}
    file_name = f"{name('file')} {phone('file')}.xlsx"
    kind = {"Content-Type": "application/json"}
    announcement = json.dumps({"file_name": file_name, "size": len(body)}).encode()
    announced = _by_event("upload", "POST", "/api/uploads", sender, kind, announcement)
    assert announced.status == 201
    assert send(announced.json["upload"], body) == 200
    upload = announced.json["id"]
    configured.setenv("POSTGRES_URI", mapped.uri("fp_ingest"))
    handler(object_created("tests", incoming_key(UUID(upload)), SENT_AT), None)
    _end_lifespans(configured, mapped)

    found: dict[str, set[str]] = {}
    for role in ("analyst", "operator", "administrator"):
        for function, target in ROUTES:
            answer = _by_event(function, "GET", target, _claims([role], None), {}, b"")
            assert answer.status in {200, 303}, (target, answer.body[:300])
            found[f"{target} as {role}"] = leaks(texts(answer))
    for role in ("analyst", "operator"):
        for target in ("", f"/{upload}", f"/{upload}/rejects?limit=200"):
            answer = _by_event("upload", "GET", f"/api/uploads{target}", _claims([role], None), {}, b"")
            assert answer.status == 200
            found[f"/api/uploads{target} as {role}"] = leaks(texts(answer))
    own = _by_event("upload", "GET", f"/api/uploads/{upload}", sender, {}, b"")
    assert (own.json["state"], own.json["file_name"]) == ("loaded", file_name)
    assert own.json["counts"]["flights_new"] > 40
    assert own.json["counts"]["rows_rejected"] >= 2
    address = _by_event("upload", "GET", f"/api/uploads/{upload}/rejects.xlsx", sender, {}, b"")
    assert address.status == 303
    found["address of rejected rows"] = leaks(address.headers["location"])
    found["mart"] = leaks(asyncio.run(_mart(mapped.uri("fp_datalens"))))
    found["logs"] = leaks(lines())
    assert len(WHERE) > 60
    assert {where: doors for where, doors in found.items() if doors} == {}


def _end_lifespans(configured: pytest.MonkeyPatch, database: Database) -> None:
    """Have the functions open pools anew, with the rights of the API."""
    from shared import runtime

    runtime.shutdown()
    configured.setenv("POSTGRES_URI", database.uri("fp_api"))


def test_the_search_finds_what_is_there() -> None:
    planted = {name("planted"): "planted", phone("a number"): "a number", name("letters", "ВАРСОН{}"): "letters"}
    for canary, place in planted.items():
        for text in (canary, canary.lower(), f"x{canary}y", canary.replace("7000", "7 (000) ")):
            assert leaks(text) == {place}
    assert leaks("BAPCOH") == set()
