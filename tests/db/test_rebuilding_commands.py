"""The commands that take a load back and read rows anew, as an administrator calls them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from fly_potato.main import main
from shared.storage import Storage
from tests.conftest import Database
from tests.db.ingest_fixture import Ingest, flight_row


@pytest.fixture
def ingest(database: Database, storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ingest:
    monkeypatch.setenv("POSTGRES_URI", database.uri("fp_ingest"))
    return Ingest(database, storage, tmp_path)


def test_withdraw_shows_asks_and_does(ingest: Ingest) -> None:
    ingest.load([flight_row(1, arr=None), flight_row(2)], minute=1)
    wrong = ingest.load([flight_row(1, dep=None), flight_row(3), flight_row(4)], minute=2).load_id
    before = ingest.sums()
    result = CliRunner().invoke(main, ["withdraw", str(wrong)], input="n\n")
    assert result.exit_code == 1
    assert "2 полётов исчезнут, 1 изменятся" in result.output
    assert ingest.sums() == before
    done = CliRunner().invoke(main, ["withdraw", str(wrong), "--yes", "--reason", "не тот месяц"])
    assert done.exit_code == 0, done.output
    [line] = ingest.fetch("SELECT state, withdrawn_reason FROM core.loads WHERE id = $1", wrong)
    assert tuple(line) == ("withdrawn", "не тот месяц")
    assert len(ingest.fetch("SELECT FROM core.flights")) == 2
    again = CliRunner().invoke(main, ["withdraw", str(wrong), "--yes"])
    assert (again.exit_code, "LOAD_WITHDRAWN" in again.output) == (1, True)


def test_reread_tells_and_does(ingest: Ingest) -> None:
    ingest.load([flight_row(1, arr=None)], minute=1)
    ingest.fetch("UPDATE raw.rows SET arr = $1", flight_row(1)[3])
    ingest.fetch("UPDATE core.loads SET parser_revision = 0")
    result = CliRunner().invoke(main, ["reread", "--dry-run"])
    assert result.exit_code == 0, result.output
    assert "изменится 1" in result.output
    assert "arr_dt" in result.output
    assert ingest.fetch("SELECT arr_dt FROM core.flights")[0]["arr_dt"] is None
    done = CliRunner().invoke(main, ["reread"])
    assert done.exit_code == 0, done.output
    assert ingest.fetch("SELECT arr_dt FROM core.flights")[0]["arr_dt"] is not None
    assert "новых полётов 0, исчезнет 0, изменится 0" in CliRunner().invoke(main, ["reread"]).output
    missing = CliRunner().invoke(main, ["reread", "--load", "77"])
    assert (missing.exit_code, "LOAD_NOT_FOUND" in missing.output) == (1, True)
