"""Sets of boundaries on the page: what is in force, a file sent and examined, put in force and taken back."""

import asyncio
import json
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.db import connect_pool
from shared.ingest.jobs import run_job
from shared.regions import BUNDLED, read_boundaries
from shared.settings import DatabaseSettings, StorageSettings
from shared.storage import Storage
from tests.site import axe
from tests.site.chromium import Page
from tests.site.server import Site
from tests.site.test_accessibility import findings
from tests.site.test_pages import show

WAIT = 240.0


@pytest.fixture
def changed_set(tmp_path: Path) -> Path:
    """Write two of the shipped regions, so that the flights of the others lie in no region."""
    regions = [each for each in read_boundaries(BUNDLED).regions if each.iso in ("RU-LEN", "RU-SPE")]
    features = [
        {
            "type": "Feature",
            "properties": {"iso": each.iso, "name": each.name, "time_zone": each.time_zone},
            "geometry": json.loads(each.geometry),
        }
        for each in regions
    ]
    path = tmp_path / "две области.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


class Timer(threading.Thread):
    """Does what the timer does each minute, a little more often."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self._site, self.over = site, threading.Event()

    def run(self) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        environment = self._site.environment
        names = StorageSettings.model_fields
        given = {name: environment[f"S3_{name}".upper()] for name in names if f"S3_{name}".upper() in environment}
        storage = Storage(StorageSettings(**given))  # type: ignore[arg-type]
        pool = await connect_pool(DatabaseSettings(uri=SecretStr(self._site.database.uri("fp_ingest"))))
        while not self.over.is_set():
            await run_job(pool, storage, '{"job": "boundaries"}', timedelta(days=1))
            await asyncio.sleep(1)
        await pool.close()


def active(site: Site) -> int:
    [number] = [each["id"] for each in site.json("/api/region-sets")["items"] if each["active"]]
    return int(number)


def put_in_force(page: Page, site: Site, number: int) -> str:
    """Rehearse a set and put it in force by its buttons; gives what the rehearsal told."""
    show(page, site, "/region-sets")
    page.click(f"[data-consider='{number}']")
    page.wait("document.querySelector(arguments[0])", f"[data-activate='{number}']", seconds=WAIT)
    text = page.text(f"[data-offer='{number}']")
    page.click(f"[data-activate='{number}']")
    until = time.monotonic() + WAIT
    while active(site) != number and time.monotonic() < until:
        time.sleep(1)
    return text


def test_what_is_in_force_is_told_with_its_subjects(page: Page, local: Site) -> None:
    show(page, local, "/region-sets")
    page.wait("document.querySelector('#view .map path')")
    text = page.text("#view")
    assert "Республика Карелия" in text
    assert "RU-KR" in text
    assert page.js("document.querySelectorAll('#view tbody tr').length") == 85
    assert "действует" in page.text("#body .card")
    assert page.js("document.querySelector('#foot a[href=\"/region-sets\"]') !== null")


def test_a_file_is_examined_put_in_force_and_taken_back(page: Page, local: Site, changed_set: Path) -> None:
    before = active(local)
    flights = local.json("/api/stats/overview?region=RU-MOS")["totals"]["flights"]
    assert flights > 0
    timer = Timer(local)
    timer.start()
    try:
        show(page, local, "/region-sets")
        page.choose_files("#set-file", changed_set)
        page.wait("document.querySelector('#sent [data-changed]')", seconds=WAIT)
        report = page.text("#sent")
        assert "Московская область (нет в новом наборе)" in report
        assert "Регионов: 2" in report
        assert "Субъекты каталога, которых нет в файле" in report
        number = max(each["id"] for each in local.json("/api/region-sets")["items"])
        assert active(local) == before

        text = put_in_force(page, local, number)
        assert "Московская область (нет в новом наборе)" in text
        assert active(local) == number
        put_in_force(page, local, before)
        assert active(local) == before
        assert local.json("/api/stats/overview?region=RU-MOS")["totals"]["flights"] == flights
    finally:
        timer.over.set()
        timer.join(WAIT)
    show(page, local, "/region-sets")
    kinds = page.js("[...document.querySelectorAll('#tasks [data-task]')].map(each => each.dataset.task)")
    assert kinds[:5] == ["activation", "rehearsal", "activation", "rehearsal", "file"]


def test_it_has_no_serious_findings(page: Page, local: Site) -> None:
    try:
        checker = axe.source()
    except axe.Missing as reason:
        pytest.skip(str(reason))
    for theme in ("light", "dark"):
        page.theme(theme)
        show(page, local, "/region-sets")
        page.wait("document.querySelector('#view .map path')")
        assert findings(page, checker) == []
    page.log()
