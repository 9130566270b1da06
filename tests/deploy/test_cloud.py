"""Reading secrets, calling functions, and proving who deploys."""

import pytest

from fly_potato.deploy import DeployError
from fly_potato.deploy.cloud import CloudClient, iam_token
from tests.deploy.conftest import Stand

SECRETS = "/lockbox/v1/secrets"


def test_a_secret_is_found_by_name_on_a_later_page(stand: Stand) -> None:
    stand.tell(SECRETS, {"secrets": [{"id": "s1", "name": "other"}], "nextPageToken": "p2"})
    stand.tell(f"{SECRETS}p2", {"secrets": [{"id": "s2", "name": "fly-potato-dev-deployer"}]})
    entries = [{"key": "access_key_id", "textValue": "id"}, {"key": "file", "binaryValue": "AA=="}]
    stand.tell(f"{SECRETS}/s2/payload", {"versionId": "v", "entries": entries})
    found = CloudClient("invented", stand.endpoints).secret("folder", "fly-potato-dev-deployer")
    assert found == {"access_key_id": "id"}
    assert {request.headers["Authorization"] for request in stand.requests} == {"Bearer invented"}
    assert stand.requests[0].query["folderId"] == ["folder"]


def test_a_secret_that_is_not_there_says_what_comes_first(stand: Stand) -> None:
    stand.tell(SECRETS, {})
    with pytest.raises(DeployError) as refused:
        CloudClient("invented", stand.endpoints).secret("folder", "nothing")
    assert refused.value.code == "DEPLOY_SECRET_MISSING"
    assert "bootstrap" in refused.value.sentence


def test_what_the_cloud_refuses_is_no_secret_missing(stand: Stand) -> None:
    stand.tell(SECRETS, {"message": "Permission denied"}, status=403)
    with pytest.raises(DeployError) as refused:
        CloudClient("invented", stand.endpoints).secret("folder", "nothing")
    assert refused.value.code == "DEPLOY_CLOUD_REFUSED"


def test_a_function_is_called_with_its_event_and_nothing_around_it(stand: Stand) -> None:
    stand.tell("/d4e1", {"revision": "0002"})
    assert CloudClient("invented", stand.endpoints).call("d4e1", {"job": "migrate"}, tag="green") == {
        "revision": "0002"
    }
    request = stand.requests[0]
    assert (request.method, request.query, request.body) == (
        "POST",
        {"integration": ["raw"], "tag": ["green"]},
        b'{"job":"migrate"}',
    )


@pytest.mark.parametrize(("status", "header"), [(502, ""), (200, "true")])
def test_a_function_that_raised_is_told_from_one_that_answered(stand: Stand, status: int, header: str) -> None:
    headers = {"X_Function_Error": header} if header else {}
    stand.tell("/d4e1", {"errorMessage": "DATABASE_UNAVAILABLE", "stackTrace": ["..."]}, status, **headers)
    with pytest.raises(DeployError, match="DATABASE_UNAVAILABLE") as refused:
        CloudClient("invented", stand.endpoints).call("d4e1", {})
    assert refused.value.code == "DEPLOY_FUNCTION_FAILED"


def test_a_job_of_github_proves_itself_without_a_key(stand: Stand) -> None:
    stand.tell("/proof", {"value": "github-proof"})
    stand.tell("/oauth/token", {"access_token": "iam", "expires_in": 3600})
    variables = {
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{stand.url}/proof",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "ask",
        "GITHUB_REPOSITORY_OWNER": "example",
        "YC_DEPLOYER_ID": "aje1",
    }
    assert iam_token(variables, stand.endpoints) == "iam"
    proof, exchange = stand.requests
    assert proof.query == {"audience": ["https://github.com/example"]}
    assert proof.headers["Authorization"] == "Bearer ask"
    assert exchange.form["subject_token"] == "github-proof"
    assert exchange.form["audience"] == "aje1"
    assert exchange.form["subject_token_type"] == "urn:ietf:params:oauth:token-type:id_token"


def test_a_refused_exchange_shows_no_token(stand: Stand) -> None:
    stand.tell("/proof", {"value": "github-proof"})
    stand.tell("/oauth/token", {"error": "invalid_grant"}, status=400)
    variables = {
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{stand.url}/proof",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "ask",
        "YC_DEPLOYER_ID": "aje1",
    }
    with pytest.raises(DeployError) as refused:
        iam_token(variables, stand.endpoints)
    assert "github-proof" not in str(refused.value)


def test_a_token_that_is_given_is_taken() -> None:
    assert iam_token({"YC_TOKEN": "given"}) == "given"


def test_tokens_are_in_no_representation() -> None:
    assert "invented" not in repr(CloudClient("invented"))
