"""The check that ends a deployment, against a stack that lives and one that does not."""

import pytest

from fly_potato.deploy import DeployError
from fly_potato.deploy.smoke import Keys, check
from fly_potato.stack import Stack
from tests.conftest import free_port


def test_a_living_environment_passes_twice_and_gains_no_flight(stack: Stack) -> None:
    first = check(stack.places.url, Keys(""), seconds=60)
    assert first["upload"] in ("loaded", "duplicate")
    again = check(stack.places.url, Keys(""), seconds=60)
    assert again["upload"] == "duplicate"
    assert first["readiness"] == "ready"


def test_without_a_caller_the_upload_is_not_passed_over(stack: Stack) -> None:
    with pytest.raises(DeployError) as refused:
        check(stack.places.url, Keys(), seconds=60)
    assert refused.value.code == "DEPLOY_NO_CALLER"


def test_nobody_there_is_unhealthy() -> None:
    with pytest.raises(DeployError) as refused:
        check(f"http://127.0.0.1:{free_port()}", Keys(""), seconds=1)
    assert refused.value.code == "DEPLOY_UNHEALTHY"
