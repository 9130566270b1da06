"""The workbook file: its form by the format's own rules, its names against each other and against the real schema."""

import asyncio
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from datalens import catalogue, description
from datalens.workbook import DatabaseAddress, text, workbook
from fly_potato.main import main
from shared.embed import Dashboard
from tests.conftest import Database
from tests.datalens.format import WORKBOOK

FILE = Path(catalogue.PATH).with_name("workbook.json")
TEXTUAL = {"geopoint", "geopolygon"}
READ_AS = {"integer": {"smallint", "integer", "bigint"}, "float": {"numeric", "double precision", "real"}}


@pytest.fixture(scope="module")
def entries() -> dict[str, dict[str, Any]]:
    """Give the entries of the file in the repository, by kind and id, without their envelopes."""
    kinds = json.loads(FILE.read_text(encoding="utf-8"))["export"]["entries"]
    return {kind: {name: entry[kind] for name, entry in named.items()} for kind, named in kinds.items()}


def test_the_file_in_the_repository_is_what_the_description_makes() -> None:
    assert FILE.read_text(encoding="utf-8") == text()


def test_the_file_has_every_required_key_and_no_unknown_one() -> None:
    schema = jsonschema.Draft202012Validator(WORKBOOK)
    schema.check_schema(WORKBOOK)
    faults = sorted(schema.iter_errors(workbook()), key=lambda fault: list(map(str, fault.path)))
    assert not faults, "\n".join(f"{list(fault.path)}: {fault.message[:200]}" for fault in faults[:5])


@pytest.mark.parametrize(
    "path",
    [
        ("hash",),
        ("export", "version"),
        ("export", "entries", "connection", "conn_flights", "connection", "host"),
        ("export", "entries", "dataset", "ds_daily", "dataset", "sources", 0, "managed_by"),
        ("export", "entries", "dataset", "ds_daily", "dataset", "result_schema", 0, "guid"),
        ("export", "entries", "widget", "ch_days", "widget", "data", "shared", "visualization"),
        ("export", "entries", "dash", "da_time", "dash", "data", "settings", "globalParams"),
    ],
)
def test_the_form_is_strict(path: tuple[str | int, ...]) -> None:
    without, unknown = workbook(), workbook()
    for each in (without, unknown):
        at: Any = each
        for step in path[:-1]:
            at = at[step]
        if each is without:
            del at[path[-1]]
        else:
            at["unheardOf"] = 1
        assert not jsonschema.Draft202012Validator(WORKBOOK).is_valid(each)


def test_the_connection_is_the_one_that_the_guide_names(entries: dict[str, dict[str, Any]]) -> None:
    (connection,) = entries["connection"].values()
    assert connection["name"] == "flight-database-connection"
    assert connection["username"] == "fp_datalens"
    assert set(connection["password"]) == {"*"}


def test_the_copy_of_the_catalogue_is_what_the_schema_says(database: Database) -> None:
    assert catalogue.text(asyncio.run(catalogue.read(database.uri("fp_datalens")))) == catalogue.PATH.read_text("utf-8")


def test_every_column_has_a_comment_in_russian() -> None:
    used = {source.name for each in description.DATASETS for source in each.sources}
    for name in used:
        for column in catalogue.relations()[name].columns:
            assert any("а" <= letter <= "я" for letter in column.comment.lower()), f"{name}.{column.name}"


def test_datasets_name_their_sources_and_columns(entries: dict[str, dict[str, Any]]) -> None:
    for dataset in entries["dataset"].values():
        sources = {source["id"]: source for source in dataset["sources"]}
        avatars = {avatar["id"]: sources[avatar["source_id"]] for avatar in dataset["source_avatars"]}
        assert [avatar["is_root"] for avatar in dataset["source_avatars"]].count(True) == 1
        assert {source["connection_id"] for source in sources.values()} == set(entries["connection"])
        for field in dataset["result_schema"]:
            if field["calc_mode"] == "direct":
                source = avatars[field["avatar_id"]]
                (column,) = [each for each in source["raw_schema"] if each["name"] == field["source"]]
                assert field["guid"] == field["source"]
                assert field["cast"] == column["user_type"] or field["cast"] in TEXTUAL
                assert column["native_type"]["name"] in READ_AS.get(
                    column["user_type"], {column["native_type"]["name"]}
                )
        for relation in dataset["avatar_relations"]:
            for side in ("left", "right"):
                columns = avatars[relation[f"{side}_avatar_id"]]["raw_schema"]
                for condition in relation["conditions"]:
                    assert condition[side]["source"] in {column["name"] for column in columns}
        titles = [field["title"] for field in dataset["result_schema"]]
        assert len(titles) == len(set(titles)), "two fields of one title"


def test_formulas_name_fields_that_are_there(entries: dict[str, dict[str, Any]]) -> None:
    import re

    for dataset in entries["dataset"].values():
        guids = {field["guid"] for field in dataset["result_schema"]}
        titles = {field["title"] for field in dataset["result_schema"]}
        for field in dataset["result_schema"]:
            assert set(re.findall(r"\[([^]]+)]", field["guid_formula"])) <= guids
            assert set(re.findall(r"\[([^]]+)]", field["formula"])) <= titles
            assert bool(field["formula"]) == (field["calc_mode"] == "formula")


def _fields(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "datasetId" in node and "guid" in node:
            yield node
        for value in node.values():
            yield from _fields(value)
    elif isinstance(node, list):
        for value in node:
            yield from _fields(value)


def test_charts_name_fields_of_their_dataset_as_it_has_them(entries: dict[str, dict[str, Any]]) -> None:
    for chart in entries["widget"].values():
        shared = chart["data"]["shared"]
        (identity,) = shared["datasetsIds"]
        by_guid = {field["guid"]: field for field in entries["dataset"][identity]["result_schema"]}
        fields = list(_fields(shared))
        assert fields
        for field in fields:
            original = by_guid[field["guid"]]
            assert field["datasetId"] == identity
            for key in ("title", "type", "data_type", "calc_mode"):
                assert field.get(key, original[key]) == original[key]
        assert chart["annotation"]["description"]


def _inner(item: dict[str, Any]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = item["data"].get("tabs") or item["data"]["group"]
    return parts


def test_dashboards_hold_together(entries: dict[str, dict[str, Any]]) -> None:
    assert set(entries["dash"]) == {f"da_{each.value}" for each in Dashboard}
    shown: list[str] = []
    for dashboard in entries["dash"].values():
        data = dashboard["data"]
        assert data["settings"]["globalParams"] == {"region": ""}
        (tab,) = data["tabs"]
        ids = [item["id"] for item in tab["items"]]
        inner = [
            each["id"] for item in tab["items"] for each in item["data"].get("tabs", item["data"].get("group", []))
        ]
        assert len({*ids, *inner, tab["id"]}) == len(ids) + len(inner) + 1
        assert [place["i"] for place in tab["layout"]] == ids
        for place in tab["layout"]:
            assert place["x"] + place["w"] <= 36
        for one, other in pairwise(sorted(tab["layout"], key=lambda place: (place["y"], place["x"]))):
            assert other["y"] >= one["y"] + one["h"] or other["x"] >= one["x"] + one["w"], "two charts overlap"
        for item in tab["items"]:
            if item["type"] == "widget":
                (chart,) = item["data"]["tabs"]
                shown.append(chart["chartId"])
            else:
                for control in item["data"]["group"]:
                    source = control["source"]
                    dataset = entries["dataset"][source["datasetId"]]
                    (field,) = [each for each in dataset["result_schema"] if each["guid"] == source["datasetFieldId"]]
                    assert (source["datasetFieldType"], source["fieldType"]) == (field["type"], field["data_type"])
    assert sorted(shown) == sorted(entries["widget"])
    assert len(shown) >= 12


def test_every_dataset_takes_the_parameter_that_narrows(entries: dict[str, dict[str, Any]]) -> None:
    for dataset in entries["dataset"].values():
        (field,) = [each for each in dataset["result_schema"] if each["guid"] == "region"]
        assert (field["source"], field["data_type"], field["hidden"]) == ("region", "string", False)


def test_a_narrowed_roles_workbook_reads_its_own_schema() -> None:
    written = workbook(DatabaseAddress(user="fp_datalens_mow", schema="narrowed"))["export"]["entries"]
    sources = [source for each in written["dataset"].values() for source in each["dataset"]["sources"]]
    assert {source["parameters"]["schema_name"] for source in sources} == {"narrowed"}
    assert written["connection"]["conn_flights"]["connection"]["username"] == "fp_datalens_mow"


def test_the_command_writes_the_file(tmp_path: Path) -> None:
    out = tmp_path / "workbook.json"
    ended = CliRunner().invoke(main, ["datalens", "workbook", str(out), "--host", "db.example", "--port", "5433"])
    assert ended.exit_code == 0, ended.output
    written = json.loads(out.read_text(encoding="utf-8"))
    connection = written["export"]["entries"]["connection"]["conn_flights"]["connection"]
    assert (connection["host"], connection["port"], connection["ssl_enable"]) == ("db.example", 5433, "on")
    assert jsonschema.Draft202012Validator(WORKBOOK).is_valid(written)
