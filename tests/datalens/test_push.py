"""Pushing to an installation: what is made, what is changed, what is left alone, and what a refusal looks like."""

import json
from collections.abc import Iterator
from pathlib import Path

import datalens_sdk as sdk
import httpx
import pytest
from click.testing import CliRunner

from datalens import description
from datalens.installation import DataLensError, Installation, connect
from datalens.push import Pushed, differences, push
from datalens.workbook import DatabaseAddress
from fly_potato.main import main
from tests.datalens import stub as stubs
from tests.datalens.stub import ORGANIZATION, TOKEN, Stub, running

RECORD = Path(__file__).with_name("requests.jsonl")
ADDRESS = DatabaseAddress(host="c-invented.rw.mdb.yandexcloud.net")
COUNT = 1 + len(description.DATASETS) + len(description.CHARTS) + len(description.DASHBOARDS)
READS = {"getWorkbook", "getWorkbookEntries", "getConnection", "getDataset", "getWizardChart", "getDashboard"}


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Run an installation that holds one empty workbook."""
    with running() as held:
        yield held


def installation(stub: Stub, token: str = TOKEN) -> Installation:
    """Connect to the stub as Yandex Cloud's client does."""
    return Installation(sdk.StaticYCIAMAuthProvider(org_id=ORGANIZATION, token=token), stub.url)


def pushed(stub: Stub, address: DatabaseAddress = ADDRESS, **how: bool) -> Pushed:
    """Push to the stub's workbook."""
    at = installation(stub)
    try:
        return push(at, "wb1", address, "an-invented-password", **how)
    finally:
        at.close()


def actions(result: Pushed) -> set[str]:
    """Say what was done with any entry."""
    return {each.action for each in result.changes}


def test_a_first_push_makes_everything_and_a_second_changes_nothing(stub: Stub) -> None:
    first = pushed(stub)
    assert [each.action for each in first.changes] == ["create"] * COUNT
    assert len(stub.entries) == COUNT
    before = {identity: each["revId"] for identity, each in stub.entries.items()}
    stub.calls.clear()
    second = pushed(stub)
    assert actions(second) == {"keep"}
    assert second.ids == first.ids
    assert set(stub.methods()) <= READS
    assert {identity: each["revId"] for identity, each in stub.entries.items()} == before


def test_a_plan_asks_and_writes_nothing(stub: Stub) -> None:
    result = pushed(stub, dry_run=True)
    assert actions(result) == {"create"}
    assert set(stub.methods()) <= READS
    assert not stub.entries


def test_what_somebody_changed_is_put_right_with_its_id(stub: Stub) -> None:
    first = pushed(stub)
    chart, dashboard, dataset = (stub.entries[first.ids[key]] for key in ("ch_days", "overview", "ds_daily"))
    chart["data"]["visualization"]["y"]["items"] = []
    dashboard["data"]["settings"]["globalParams"] = {}
    next(each for each in dataset["dataset"]["result_schema"] if each["guid"] == "flights")["aggregation"] = "avg"
    planned = pushed(stub, dry_run=True)
    changed = {each.name: each.where for each in planned.changes if each.action != "keep"}
    assert set(changed) == {"Полёты по дням", "Обзор"}
    assert changed["Обзор"] == ("data.settings.globalParams.region",)
    assert sum(each.action == "update" for each in planned.changes) == 3, "the dataset has the chart's name"
    again = pushed(stub)
    assert again.ids == first.ids
    assert dashboard["data"]["settings"]["globalParams"] == {"region": ""}
    assert dashboard["publishedId"] == dashboard["savedId"]
    assert actions(pushed(stub)) == {"keep"}


def test_what_is_only_saved_is_published(stub: Stub) -> None:
    first = pushed(stub)
    stub.entries[first.ids["time"]]["savedId"] = "rev-of-somebody"
    (change,) = [each for each in pushed(stub).changes if each.action != "keep"]
    assert (change.action, change.name) == ("publish", "Время")


def test_rules_that_an_administrator_set_stay(stub: Stub) -> None:
    first = pushed(stub)
    held = stub.entries[first.ids["ds_daily"]]
    rules = {"region": [{"pattern_type": "value", "allowed_value": "RU-MOW"}]}
    held["dataset"]["rls2"] = rules
    held["dataset"]["description"] = "changed"
    assert actions(pushed(stub)) == {"keep", "update"}
    assert held["dataset"]["rls2"] == rules


def test_a_database_that_moved_changes_the_connection_alone(stub: Stub) -> None:
    first = pushed(stub)
    result = pushed(stub, DatabaseAddress(host="c-other.rw.mdb.yandexcloud.net"))
    (change,) = [each for each in result.changes if each.action != "keep"]
    assert (change.scope, change.where) == ("connection", ("host",))
    assert stub.entries[first.ids["conn_flights"]]["password"] == "an-invented-password"
    renewed = pushed(stub, DatabaseAddress(host="c-other.rw.mdb.yandexcloud.net"), renew_password=True)
    assert [each.where for each in renewed.changes if each.action != "keep"] == [("password",)]


def test_entries_of_others_are_told_and_kept(stub: Stub) -> None:
    stub._new("widget", "graph_wizard_node", "Чужой чарт", "wb1", data={})
    result = pushed(stub)
    assert result.foreign == ("widget: Чужой чарт",)
    assert any(each["name"] == "Чужой чарт" for each in stub.entries.values())


def test_a_push_that_was_cut_off_goes_on(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Stub, body: object) -> None:
        raise stubs.Refused(400, "ERR.US", "not now")

    with monkeypatch.context() as patch:
        patch.setattr(Stub, "_createDashboard", broken)
        with pytest.raises(DataLensError, match="DATALENS_REFUSED") as caught:
            pushed(stub)
    assert "запрос req-1" in caught.value.sentence
    rest = pushed(stub)
    assert [each.scope for each in rest.changes if each.action == "create"] == ["dash"] * 3


def test_who_is_quicker_is_not_overwritten(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pushed(stub)
    entry = stub.entries[first.ids["overview"]]
    entry["data"]["settings"]["globalParams"] = {}
    read = Stub._getDashboard

    def reading(self: Stub, body: dict[str, str]) -> object:
        snapshot = json.loads(json.dumps(read(self, body)))
        if body["dashboardId"] == entry["entryId"]:
            entry["revId"] = "rev-of-somebody"
        return snapshot

    monkeypatch.setattr(Stub, "_getDashboard", reading)
    with pytest.raises(DataLensError, match="DATALENS_CHANGED"):
        pushed(stub)
    assert entry["data"]["settings"]["globalParams"] == {}


def test_a_stranger_is_refused(stub: Stub) -> None:
    at = installation(stub, token="another")
    with pytest.raises(DataLensError, match="DATALENS_UNAUTHORIZED"):
        push(at, "wb1", ADDRESS, "an-invented-password")
    at.close()


def test_a_workbook_that_is_not_there_and_an_address_that_nobody_answers(stub: Stub) -> None:
    at = installation(stub)
    with pytest.raises(DataLensError, match="DATALENS_NOT_FOUND"):
        push(at, "wb9", ADDRESS, "an-invented-password")
    at.close()
    nobody = connect("http://127.0.0.1:9", {})
    with pytest.raises(DataLensError, match="DATALENS_UNREACHABLE"):
        push(nobody, "wb1", ADDRESS, "an-invented-password")
    nobody.close()


def test_a_new_connection_needs_a_password(stub: Stub) -> None:
    at = installation(stub)
    with pytest.raises(DataLensError, match="DATALENS_PASSWORD_MISSING"):
        push(at, "wb1", ADDRESS, None)
    at.close()


def test_the_stub_refuses_unknown_keys(stub: Stub) -> None:
    at = installation(stub)
    for method, body in (
        ("createDashboard", {"entry": {"name": "x", "workbookId": "wb1", "meta": None, "data": {"unheardOf": 1}}}),
        ("createWizardChart", {"name": "x", "workbookId": "wb1", "data": {"unheardOf": 1}}),
        ("createDataset", {"name": "x", "workbook_id": "wb1", "dataset": {"unheardOf": 1}}),
        ("createConnection", {"type": "postgres", "name": "x", "workbook_id": "wb1", "unheardOf": 1}),
    ):
        with pytest.raises(DataLensError, match="DATALENS_REFUSED"):
            at.call(method, body)
    at.close()


def test_a_first_push_asks_what_was_recorded(stub: Stub) -> None:
    """``python -m tests.datalens.record`` writes the record anew after a change of the description."""
    pushed(stub)
    assert [json.dumps(call, ensure_ascii=False) for call in stub.calls] == RECORD.read_text("utf-8").splitlines()


def test_the_record_can_be_replayed(stub: Stub) -> None:
    with httpx.Client(
        base_url=stub.url,
        headers={"Authorization": f"Bearer {TOKEN}", "x-dl-org-id": ORGANIZATION, "x-dl-api-version": "3"},
    ) as client:
        for line in RECORD.read_text("utf-8").splitlines():
            method, body = json.loads(line)
            assert client.post(f"/rpc/{method}", json=body).status_code == 200, method
    assert len(stub.entries) == COUNT


def test_what_is_held_beside_the_wanted_does_not_count() -> None:
    assert differences({"a": 1}, {"a": 1, "b": 2}) == []
    assert differences({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}) == ["a[1].b"]
    assert differences({"a": []}, {}) == []
    assert differences({"a": [1]}, {"a": [1, 2]}) == ["a"]


def test_an_installation_of_ones_own_is_reached_by_its_address() -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((str(request.url), request.headers.get("authorization")))
        return httpx.Response(200, json={"workbookId": "wb1", "title": "x"})

    at = Installation(
        sdk.OAuthAuthProvider(token="invented"),
        "https://dl.example",
        cloud=False,
        transport=httpx.MockTransport(answer),
    )
    assert at.client.get.workbook(by_id="wb1").name == "x"
    at.close()
    assert seen == [("https://dl.example/rpc/getWorkbook", "OAuth invented")]


def test_the_command_pushes_and_says_what_it_did(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATALENS_IAM_TOKEN", TOKEN)
    monkeypatch.setenv("DATALENS_ORG_ID", ORGANIZATION)
    monkeypatch.setattr("datalens.installation.CLOUD", stub.url)
    secret = tmp_path / "password"
    secret.write_text("an-invented-password\n", encoding="utf-8")
    common = ["--workbook", "wb1", "--host", "db.example"]
    planned = CliRunner().invoke(main, ["datalens", "plan", *common])
    assert planned.exit_code == 0, planned.output
    assert f"создать: {COUNT}" in planned.output
    assert not stub.entries
    done = CliRunner().invoke(main, ["datalens", "push", *common, "--password-file", str(secret)])
    assert done.exit_code == 0, done.output
    assert "an-invented-password" not in done.output
    again = CliRunner().invoke(main, ["datalens", "push", *common, "--dry-run"])
    assert f"без изменений: {COUNT}" in again.output
    named = CliRunner().invoke(main, ["datalens", "plan", "--workbook", "wb7", "--host", "db.example"])
    assert named.exit_code == 1
    assert "DATALENS_NOT_FOUND" in named.output
