"""A deployment takes the embeds' settings beside the environment's own: real Terraform, the real variable."""

import json
import re
import shutil
from pathlib import Path

import pytest

from fly_potato.deploy import place
from fly_potato.deploy.cloud import DATABASE_ROLES, CloudClient
from fly_potato.deploy.releases import Release
from fly_potato.deploy.steps import Deployment, DeployOptions
from fly_potato.settings_files import EmbedKeyError, TerraformFile
from tests.deploy.conftest import Stand
from tests.terraform.checking import ROOT

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")

WHERE = {"YC_CLOUD_ID": "b1g00000000000000000", "YC_FOLDER_ID": "b1g00000000000000001"}
OUTPUT = 'output "datalens" {\n  value = var.datalens\n}\n'


@pytest.fixture
def deployment(tmp_path: Path, stand: Stand) -> Deployment:
    """Make a tree with the real variable and a cloud that knows the passwords; nothing is fetched from anywhere."""
    folder = tmp_path / "terraform"
    (folder / "environments").mkdir(parents=True)
    variables = (ROOT / "terraform/variables.tf").read_text("utf-8")
    variable = re.search(r'^variable "datalens" \{.*?^\}$', variables, re.DOTALL | re.MULTILINE)
    assert variable is not None
    (folder / "main.tf").write_text(f"{variable[0]}\n{OUTPUT}", "utf-8")
    (folder / "environments/dev.tfvars").write_text("datalens = { token_ttl_seconds = 600 }\n", "utf-8")
    here = place("dev", WHERE)
    names = [here.database_secret(role) for role in DATABASE_ROLES]
    stand.tell("/lockbox/v1/secrets", {"secrets": [{"id": name, "name": name} for name in names]})
    for name in names:
        payload = {"entries": [{"key": "password", "textValue": "invented-password"}]}
        stand.tell(f"/lockbox/v1/secrets/{name}/payload", payload)
    run = Deployment(here, tmp_path, DeployOptions(), lambda line: None, lambda question: True)
    run.cloud = CloudClient("invented", stand.endpoints)
    run.s3_key = {"access_key_id": "invented", "secret_access_key": "invented"}
    run.release = Release("0" * 40, "2026-11-26T00:00:00+00:00", {})
    run._terraform().init([])
    return run


def test_the_plan_takes_what_the_commands_wrote_after_the_environments_own(deployment: Deployment) -> None:
    # Nobody has embedded anything yet.
    assert deployment._plan().outputs["datalens"]["token_ttl_seconds"] == 600
    settings = TerraformFile(deployment.root / "terraform/environments/dev.datalens.json")
    settings.change({"DATALENS_OVERVIEW_ID": "e1", "DATALENS_KEY_VERSION_ID": "v1"})
    # Another environment's file is not taken.
    TerraformFile(deployment.root / "terraform/environments/prod.datalens.json").change({"DATALENS_TIME_ID": "e3"})
    planned = deployment._plan().outputs["datalens"]
    assert (planned["overview_id"], planned["key_version_id"], planned["time_id"]) == ("e1", "v1", "")
    # The variable is taken whole from the last file that has it.
    assert planned["token_ttl_seconds"] == 3600


ILL_FORMED = {
    "{": "KEYS_SETTINGS_UNREADABLE",
    "[]": "KEYS_SETTINGS_UNREADABLE",
    json.dumps({"datalens": ["e1"]}): "KEYS_SETTINGS_UNREADABLE",
    json.dumps({"datalens": {"overview": "e1"}}): "KEYS_NOT_OF_TERRAFORM",
    json.dumps({"overview_id": "e1"}): "KEYS_NOT_OF_TERRAFORM",
}


def test_an_ill_formed_file_stops_the_deployment_before_a_plan(deployment: Deployment) -> None:
    settings = deployment.root / "terraform/environments/dev.datalens.json"
    for written, code in ILL_FORMED.items():
        settings.write_text(written, "utf-8")
        with pytest.raises(EmbedKeyError) as refused:
            deployment._plan()
        assert refused.value.code == code, written
    assert not (deployment.root / "build/dev.tfplan").exists()
