"""What Terraform, the code, the gateway's description and the workflow say of one another stays true."""

import re

import pytest
import yaml

from fly_potato.bundle import recipes
from fly_potato.deploy import ENVIRONMENTS, DeployEnvironment
from fly_potato.deploy.cloud import DATABASE_ROLES
from fly_potato.deploy.releases import bundle_key
from local.emulator.pools import FUNCTIONS
from shared.settings import ALL_SETTINGS, variables
from tests.terraform.checking import ROOT

TERRAFORM = ROOT / "terraform"


def text(name: str) -> str:
    """Read a file of terraform/."""
    return (TERRAFORM / name).read_text(encoding="utf-8")


def test_every_function_has_a_resource_and_a_bundle() -> None:
    block = text("functions.tf").split("environment_groups = {")[0]
    names = re.findall(r"^    (\w+) = \{$", block, re.MULTILINE)
    assert sorted(names) == sorted(recipe.name for recipe in recipes())


def test_the_ground_has_the_same_functions_with_the_same_rights() -> None:
    block = text("functions.tf").split("environment_groups = {")[0]
    found = re.findall(r"^    (\w+) = \{[^}]*?role +=\s(\S+)[^}]*?storage +=\s(\[[^]]*\])", block, re.MULTILINE)
    rights = {"[]": "null", '["read"]': '"kms.keys.decrypter"', '["read", "write"]': '"kms.keys.encrypterDecrypter"'}
    wanted = {name: (role, rights[storage]) for name, role, storage in found}
    ground = text("bootstrap/accounts.tf").split("callers = {")[0]
    laid = re.findall(r"^    (\w+) += \{ role = (\S+), data = (\S+),", ground, re.MULTILINE)
    assert {name: (role, right) for name, role, right in laid} == wanted


def test_every_placeholder_of_the_description_is_filled() -> None:
    wanted = set(re.findall(r"\$\{(\w+)\}", (ROOT / "spec" / "openapi.yaml").read_text(encoding="utf-8")))
    given = set(re.findall(r"^      (\w+) +=", text("gateway.tf"), re.MULTILINE))
    given |= {f"function_{recipe.name}" for recipe in recipes()}
    assert wanted <= given


def test_what_the_gateway_calls_is_behind_it_and_nothing_else() -> None:
    called = set(re.findall(r"\$\{function_(\w+)\}", (ROOT / "spec" / "openapi.yaml").read_text(encoding="utf-8")))
    block = text("functions.tf").split("environment_groups = {")[0]
    behind = re.findall(r"^    (\w+) = \{[^}]*?behind_gateway = true", block, re.MULTILINE)
    assert called == set(behind)


def test_every_variable_given_to_a_function_is_a_setting() -> None:
    block = text("functions.tf").split("environment_groups = {")[1].split('module "function"')[0]
    given = set(re.findall(r"^ +([A-Z][A-Z0-9_]+) += ", block, re.MULTILINE))
    given |= set(re.findall(r"^ +([A-Z][A-Z0-9_]+) += ", text("secrets.tf"), re.MULTILINE))
    settings_read = {name for settings in ALL_SETTINGS for name in variables(settings)}
    settings_read |= {"PGPASSWORD", "PGSSLMODE", "PGSSLROOTCERT", "MIGRATE_CREATE_EXTENSION", "MIGRATE_CREATE_ROLES"}
    assert given
    assert given <= settings_read


def test_the_emulator_runs_functions_within_the_clouds_limits() -> None:
    block = text("functions.tf").split("environment_groups = {")[0]
    found = re.findall(r"^    (\w+) = \{[^}]*?memory_mb +=\s(\d+)[^}]*?timeout_sec +=\s(\d+)", block, re.MULTILINE)
    clouds = {name: (int(memory), float(seconds)) for name, memory, seconds in found}
    emulated = {each.name: (each.memory_mb, each.timeout_seconds) for each in FUNCTIONS}
    assert emulated == {name: limits for name, limits in clouds.items() if name != "migrate"}


def test_the_functions_fit_the_quotas_of_a_new_account() -> None:
    block = text("functions.tf").split("environment_groups = {")[0]
    limits = {
        name: [int(value) for value in re.findall(rf"^      {name} += (\d+)", block, re.MULTILINE)]
        for name in ("instances", "requests", "memory_mb")
    }
    gigabytes = sum(a * b for a, b in zip(limits["instances"], limits["memory_mb"], strict=True)) / 1024
    assert (sum(limits["instances"]), sum(limits["requests"])) == (10, 10), "a new account's quotas, used up"
    quotas = (ROOT / "docs" / "deploy.md").read_text("utf-8").split("## 10.")[1].split("## 11.")[0]
    assert f"| function instances a zone | 10 | {sum(limits['instances'])} |" in quotas
    assert f"| function calls at a time a zone | 10 | {sum(limits['requests'])} |" in quotas
    assert f"| memory of functions a zone | 20 GB | {gigabytes:.0f} GB |" in quotas


def test_every_file_of_terraform_has_its_place_in_the_table() -> None:
    """The table goes from the guide's components to resources: one in no row would be nobody's."""
    table = (ROOT / "docs" / "deploy.md").read_text("utf-8").split("## 1. What goes where")[1].split("## 2.")[0]
    named = set(re.findall(r"`(\w+\.tf)`", table))
    files = {path.name for path in TERRAFORM.glob("*.tf")}
    assert named <= files
    assert files - named == {"locals.tf", "outputs.tf", "variables.tf", "versions.tf"}


def test_every_service_of_the_hosts_is_in_the_table() -> None:
    table = (ROOT / "docs" / "deploy.md").read_text("utf-8").split("## 1. What goes where")[1].split("## 2.")[0]
    services = yaml.safe_load((ROOT / "local" / "compose.yaml").read_text("utf-8"))["services"]
    missing = [name for name in services if f"`{name}`" not in table and name not in table]
    assert not missing


def test_names_are_the_same_in_the_code_and_in_terraform() -> None:
    here = DeployEnvironment("prod", "b1g00000000000000000", "b1g00000000000000001")
    tests = text("bootstrap/tests/bootstrap.tftest.hcl")
    named = {here.state_bucket, here.artifacts_bucket, here.metrics_secret}
    named |= {here.database_secret(role) for role in DATABASE_ROLES}
    assert all(f'"{name}"' in tests for name in named)
    assert here.deployer_secret == "fly-potato-prod-deployer"
    assert '"${local.name}-deployer"' in text("bootstrap/deployer.tf")
    assert here.artifacts_bucket in text("tests/apply.tftest.hcl")
    assert f'"{bundle_key("${each.key}", "${var.release[each.key]}")}"' in text("functions.tf")


def test_every_environment_has_its_files() -> None:
    assert re.search(r"use_lockfile += true", text("versions.tf")), "two deployments at once would overwrite each other"
    for name in ENVIRONMENTS:
        assert f'environment  = "{name}"' in text(f"environments/{name}.tfvars")
        assert f'key = "{name}/terraform.tfstate"' in text(f"environments/{name}.backend.hcl")


def test_every_stack_wants_the_provider_that_was_read() -> None:
    """A later major version may drop arguments; without a lock file nothing else would stop it."""
    for stack in (".", "bootstrap", "sign_in"):
        assert 'version = "~> 0.222"' in text(f"{stack}/versions.tf")


def test_what_an_administrator_writes_beside_makes_no_tree_dirty() -> None:
    assert "backend_override.tf" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_no_value_of_a_secret_is_written_down() -> None:
    for path in TERRAFORM.rglob("*.tf*"):
        assert not re.search(r"AQVN|YCAJE|-----BEGIN|t1\.[0-9A-Za-z]", path.read_text(encoding="utf-8")), path


@pytest.fixture(scope="module")
def workflow() -> dict[str, object]:
    """Read the deployment's workflow."""
    read: dict[str, object] = yaml.safe_load((ROOT / ".github" / "workflows" / "deploy.yml").read_text("utf-8"))
    return read


def test_actions_are_pinned_by_commit() -> None:
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        used = re.findall(r"uses: (\S+)", path.read_text("utf-8"))
        assert used, path
        assert all(re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", each) for each in used), path


def test_a_deployment_waits_at_its_environment_and_keeps_no_key(workflow: dict[str, object]) -> None:
    job = workflow["jobs"]["deploy"]  # type: ignore[index]
    assert job["environment"] == "${{ inputs.environment }}"
    assert job["permissions"] == {"contents": "read", "id-token": "write"}
    assert workflow["permissions"] == {"contents": "read"}
    assert not [name for name in job["env"] if re.search(r"TOKEN$|_KEY$|YC_.*SECRET", name)]
    runs = {
        step["if"].split("'")[1]: step["run"]
        for step in job["steps"]
        if step.get("if", "").startswith("inputs.action ==") and "run" in step
    }
    assert set(runs) == {"plan", "deploy", "rollback"}
    assert "--until plan" in runs["plan"], "a plan is looked at without being applied"
    # An input in a command would be a way to run anything.
    assert not [step["run"] for step in job["steps"] if "${{" in step.get("run", "")]
