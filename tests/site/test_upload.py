"""A workbook sent through the page, to its end: progress, counts, rejects, the workbook to mend, history."""

import asyncio
from pathlib import Path

import openpyxl
from pydantic import SecretStr

from shared.db import connect_pool
from shared.ingest.stored_loads import withdraw_requested
from shared.settings import DatabaseSettings
from testing.workbooks import make_sample
from tests.site.chromium import Page
from tests.site.server import Site


def send(page: Page, site: Site, *files: Path) -> None:
    """Open the page and choose files."""
    page.open(f"{site.url}/upload")
    page.wait("document.querySelector('#files')")
    page.choose_files("#files", *files)


def ended(page: Page, name: str) -> str:
    """Wait until a file has come to its end and give its state."""
    return str(
        page.wait(
            "['loaded', 'duplicate', 'failed'].includes(document.querySelector(arguments[0])?.dataset.state)"
            " && document.querySelector(arguments[0]).dataset.state",
            f'[data-file="{name}"]',
            seconds=60,
        )
    )


def count(page: Page, name: str, key: str) -> int:
    """Read one of the counts of a file."""
    return int(page.text(f'[data-file="{name}"] [data-count="{key}"] dd').replace("\u00a0", ""))


def test_several_workbooks_go_to_their_end(page: Page, local: Site, samples: dict[str, Path], tmp_path: Path) -> None:
    spoilt = tmp_path / "испорчена.xlsx"
    book = openpyxl.load_workbook(samples["second"])
    book.active.append(["не телеграмма"] * book.active.max_column)  # type: ignore[union-attr]
    book.create_sheet("Черновик").append(["заметки", "кто", "когда"])
    book["Черновик"].append(["позвонить", "нам", "завтра"])
    book.save(spoilt)
    broken = tmp_path / "не книга.xlsx"
    broken.write_bytes(b"this is no workbook" * 50)
    send(page, local, spoilt, broken, samples["first"])

    assert ended(page, spoilt.name) == "loaded"
    [upload] = [item for item in local.json("/api/uploads")["items"] if item["file_name"] == spoilt.name]
    full = local.json(f"/api/uploads/{upload['id']}")
    counts = {key: number for key, number in full["counts"].items() if number}
    assert counts["rows_in"] > 400
    assert counts["rows_rejected"] > 0
    assert {key: count(page, spoilt.name, key) for key in counts} == counts
    text = page.text(f'[data-file="{spoilt.name}"]')
    assert "Черновик" in text
    assert all(reject["mend"] in text for reject in full["rejects"])
    assert {problem["kind"] for problem in full["problems"]} >= {"loss", "doubt", "repair"}
    page.click(f'[data-file="{spoilt.name}"] .doubts summary')
    doubts = page.text(f'[data-file="{spoilt.name}"] .doubts')
    assert all(problem["explanation"] in doubts for problem in full["problems"])

    assert ended(page, broken.name) == "failed"
    [refused] = [item for item in local.json("/api/uploads")["items"] if item["file_name"] == broken.name]
    assert refused["error"]["sentence"] in page.text(f'[data-file="{broken.name}"] .notice')
    assert ended(page, samples["first"].name) == "duplicate"

    page.click(f'[data-file="{spoilt.name}"] .downloads a')
    mend = openpyxl.load_workbook(page.downloaded(".xlsx"))
    assert sum(sheet.max_row - 1 for sheet in mend.worksheets) >= full["counts"]["rows_rejected"]

    page.wait("document.querySelector(arguments[0])", f'#history tr[data-upload="{upload["id"]}"] button')
    page.click(f'#history tr[data-upload="{upload["id"]}"] button')
    page.wait(
        "document.querySelector(arguments[0])?.innerText.includes('Не прочитано')",
        f'tr[data-upload="{upload["id"]}"] + tr',
    )
    assert page.log() == []


def test_columns_under_unknown_headings_are_named_on_the_page(page: Page, local: Site, tmp_path: Path) -> None:
    make_sample(tmp_path / "own.xlsx", rows=40, layout="2025", seed=77)
    book = openpyxl.load_workbook(tmp_path / "own.xlsx")
    for cell, title in zip(book.worksheets[0][1], ("Кто", "Текст плана", "Вылетел", "Вернулся"), strict=True):
        cell.value = title
    for extra in book.worksheets[1:]:
        book.remove(extra)
    book.save(tmp_path / "own.xlsx")
    send(page, local, tmp_path / "own.xlsx")
    assert ended(page, "own.xlsx") == "failed"
    line = '[data-file="own.xlsx"]'
    assert "B: «Текст плана»" in page.text(line)
    chosen = "[...document.querySelectorAll('[data-file] .columns-form select')].map(each => each.value)"
    assert page.js(chosen) == ["", "shr", "dep", "arr"]
    page.click(f"{line} .columns-form button")
    page.wait("document.querySelectorAll('[data-file=\"own.xlsx\"]').length === 2")
    page.wait("document.querySelector('[data-file=\"own.xlsx\"]').dataset.state === 'loaded'", seconds=60)
    assert count(page, "own.xlsx", "rows_in") == 40


def test_a_sheet_left_unread_of_a_loaded_workbook_is_read_once_its_columns_are_named(
    page: Page, local: Site, tmp_path: Path
) -> None:
    make_sample(tmp_path / "half.xlsx", rows=40, layout="2025", seed=78)
    book = openpyxl.load_workbook(tmp_path / "half.xlsx")
    for extra in book.worksheets[1:]:
        book.remove(extra)
    first, own = book.worksheets[0], book.create_sheet("Свои")
    own.append(["Кто", "Текст плана", "Вылетел", "Вернулся"])
    for row in list(first.iter_rows(min_row=32, max_col=4, values_only=True)):
        own.append(row)
    first.delete_rows(32, 100)
    moved = own.max_row - 1
    book.save(tmp_path / "half.xlsx")
    send(page, local, tmp_path / "half.xlsx")
    assert ended(page, "half.xlsx") == "loaded"
    line = '[data-file="half.xlsx"]'
    assert "Не прочитаны листы с незнакомым заголовком: Свои" in page.text(line)
    assert (count(page, "half.xlsx", "rows_in"), moved) == (30, 10)
    legends = "[...document.querySelectorAll('[data-file] .columns-form legend')].map(each => each.innerText)"
    assert page.js(legends) == ["Лист «Свои»"]
    page.click(f"{line} .columns-form button")
    page.wait("document.querySelectorAll('[data-file=\"half.xlsx\"]').length === 2")
    page.wait("document.querySelector('[data-file=\"half.xlsx\"]').dataset.state === 'loaded'", seconds=60)
    # The other sheets are read again, and change nothing.
    assert count(page, "half.xlsx", "rows_in") == 30 + moved
    assert "Не прочитаны листы" not in page.text(line)


def test_an_administrator_takes_a_wrong_workbook_back(page: Page, local: Site, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.xlsx"
    make_sample(wrong, rows=60, layout="2025", seed=91)
    send(page, local, wrong)
    assert ended(page, wrong.name) == "loaded"
    [upload] = [item for item in local.json("/api/uploads")["items"] if item["file_name"] == wrong.name]
    row = f'#history tr[data-upload="{upload["id"]}"]'
    page.wait("document.querySelector(arguments[0])", f"{row} button")
    page.click(f"{row} button")
    box = f'[data-withdrawal="{upload["load_id"]}"]'
    page.wait("document.querySelector(arguments[0])", f"{box} button")
    page.click(f"{box} button")
    page.wait("document.querySelector(arguments[0])", f"{box} [data-yes]")
    assert "Полётов исчезнет" in page.text(box)
    assert local.json(f"/api/uploads/{upload['id']}")["state"] == "loaded"
    page.click(f"{box} [data-yes]")
    page.wait("document.querySelector(arguments[0])?.innerText.includes('Отзыв запрошен')", box)
    asyncio.run(_answer_requests(local))
    page.open(f"{local.url}/upload")
    page.wait("document.querySelector(arguments[0])?.innerText.includes('Отозвана')", row)
    assert local.json(f"/api/uploads/{upload['id']}")["state"] == "withdrawn"
    assert page.log() == []


async def _answer_requests(local: Site) -> None:
    """Do what the timer does each minute."""
    pool = await connect_pool(DatabaseSettings(uri=SecretStr(local.database.uri("fp_ingest"))))
    try:
        await withdraw_requested(pool)
    finally:
        await pool.close()


def test_files_can_be_dropped(page: Page, local: Site, samples: dict[str, Path]) -> None:
    page.open(f"{local.url}/upload")
    page.wait("document.querySelector('#files')")
    at = {"x": 640, "y": 260}
    held = {"items": [], "files": [str(samples["third"])], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver"):
        page.devtools("Input.dispatchDragEvent", type=kind, data=held, **at)
    assert page.js("document.querySelector('.drop').classList.contains('over')")
    page.devtools("Input.dispatchDragEvent", type="drop", data=held, **at)
    assert ended(page, samples["third"].name) == "loaded"
    assert page.log() == []


def test_a_file_that_is_no_workbook_is_refused_with_a_sentence(page: Page, local: Site, tmp_path: Path) -> None:
    other = tmp_path / "картинка.png"
    other.write_bytes(b"\x89PNG")
    send(page, local, other)
    assert ended(page, other.name) == "failed"
    assert len(page.text(f'[data-file="{other.name}"] .notice')) > 20
    assert [line for line in page.log() if "415" in line]


def test_history_goes_on_page_by_page(page: Page, local: Site, tmp_path: Path) -> None:
    import httpx

    for number in range(25):
        answer = httpx.post(f"{local.url}/api/uploads", json={"file_name": f"{number}.xlsx", "size": 10})
        assert answer.status_code == 201
    page.open(f"{local.url}/upload")
    assert page.wait("document.querySelectorAll('#history tr[data-upload]').length") == 20
    page.click("#history > .button")
    assert page.wait("document.querySelectorAll('#history tr[data-upload]').length > 20 && true")
    page.run(
        "const list = document.querySelector('#history-upload_state'); list.value = 'loaded';"
        "list.dispatchEvent(new Event('change')); arguments[0]()"
    )
    badges = "[...document.querySelectorAll('#history tr[data-upload] .badge')].map((each) => each.innerText)"
    page.wait(f"{badges}.length && {badges}.every((word) => word === 'Загружена')")
    assert "upload_state=loaded" in page.url
    assert page.log() == []
