"""The check that ends a deployment, against a stack that lives and one that does not."""

import re

import pytest

from fly_potato.deploy import DeployError
from fly_potato.deploy.smoke import Keys, check
from fly_potato.stack import Stack
from tests.conftest import free_port
from tests.e2e.conftest import RELEASE

LOCAL = Keys("", strangers=False)
"""Nobody has to log in on a developer's machine, so strangers are not looked for there."""


def test_a_living_environment_passes_twice_and_gains_no_flight(stack: Stack) -> None:
    first = check(stack.paths.url, RELEASE, LOCAL, seconds=60)
    assert first["upload"] in ("loaded", "duplicate")
    again = check(stack.paths.url, RELEASE, LOCAL, seconds=60)
    assert again["upload"] == "duplicate"
    assert first["readiness"] == "ready"
    assert re.fullmatch("[0-9a-f]{12}", first["page"]), "the scripts of the page are found"
    assert first["browser"] == "may send"


def test_a_page_at_an_address_that_the_bucket_does_not_know_is_unhealthy(stack: Stack) -> None:
    with pytest.raises(DeployError, match="CORS") as refused:
        check(stack.paths.url.replace("localhost", "LOCALHOST"), RELEASE, LOCAL, seconds=60)
    assert refused.value.code == "DEPLOY_UNHEALTHY"


def test_another_release_than_the_deployed_one_is_unhealthy(stack: Stack) -> None:
    with pytest.raises(DeployError, match="другой выпуск") as refused:
        check(stack.paths.url, "releases/0000", LOCAL, seconds=60)
    assert refused.value.code == "DEPLOY_UNHEALTHY"


def test_without_a_caller_the_upload_is_not_passed_over(stack: Stack) -> None:
    with pytest.raises(DeployError) as refused:
        check(stack.paths.url, RELEASE, Keys(strangers=False), seconds=60)
    assert refused.value.code == "DEPLOY_NO_CALLER"


def test_nobody_there_is_unhealthy() -> None:
    with pytest.raises(DeployError) as refused:
        check(f"http://127.0.0.1:{free_port()}", "", LOCAL, seconds=1)
    assert refused.value.code == "DEPLOY_UNHEALTHY"
