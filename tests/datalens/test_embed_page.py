"""The stand-in for DataLens' page takes what our service signs, and refuses what DataLens' documentation refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from shared.embed import Dashboard, EmbedTokens
from shared.settings import EmbedSettings
from tests.datalens.embed_page import MARK, EmbedPage, Rejected
from tests.datalens.stub import Stub
from tests.unit.embed.test_embed_tokens import make_pem

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
PEM = make_pem()
PRIVATE: Any = load_pem_private_key(PEM.encode(), None)
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
SECONDS = int(NOW.timestamp())
GOOD = {
    "embedId": "e1",
    "dlEmbedService": MARK,
    "iat": SECONDS,
    "exp": SECONDS + 3600,
    "params": {"region": ["RU-MOW"]},
}


@pytest.fixture
def page() -> EmbedPage:
    """Bind one embed to our key, with ``region`` private."""
    embeds = {"e1": {"embedId": "e1", "embeddingSecretId": "s1", "privateParams": ["region"]}}
    return EmbedPage(Stub(embeds=embeds, secrets={"s1": {"publicKey": PUBLIC}}))


def test_what_the_service_signs_opens_the_dashboard(page: EmbedPage) -> None:
    tokens = EmbedTokens(EmbedSettings(private_key=PEM, time_id="e1"))  # type: ignore[arg-type]
    issued = tokens.issue(Dashboard.TIME, ["RU-SPE", "RU-MOW"], None, NOW)
    assert page.open(issued.token, NOW) == {"region": ["RU-MOW", "RU-SPE"]}
    longest = EmbedTokens(EmbedSettings(private_key=PEM, time_id="e1", token_ttl_seconds=36000))  # type: ignore[arg-type]
    page.open(longest.issue(Dashboard.TIME, ["RU-MOW"], None, NOW).token, NOW + timedelta(hours=9, minutes=59))


def changed(**claims: Any) -> dict[str, Any]:
    """Write good claims but for these; None takes one away."""
    return {name: value for name, value in (GOOD | claims).items() if value is not None}


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        (changed(exp=SECONDS), "EXPIRED"),
        (changed(exp=SECONDS + 36001), "TOO_LONG_A_LIFE"),
        (changed(iat=SECONDS + 3600, exp=SECONDS + 7200), "FROM_THE_FUTURE"),
        (changed(exp=None), "NO_TIMES"),
        (changed(iat=None), "NO_TIMES"),
        (changed(dlEmbedService=None), "NO_MARK"),
        (changed(embedId="e2"), "UNKNOWN_EMBED"),
        (changed(params={}), "PARAMETER_MISSING"),
        (changed(params={"region": []}), "PARAMETER_MISSING"),
        (changed(params={"region": ["RU-MOW"], "state": ["x"]}), "UNKNOWN_PARAMETER"),
    ],
)
def test_wrong_claims_open_nothing(page: EmbedPage, claims: dict[str, Any], code: str) -> None:
    with pytest.raises(Rejected, match=code):
        page.open(jwt.encode(claims, PRIVATE, algorithm="PS256"), NOW)


@pytest.mark.parametrize("algorithm", ["RS256", "PS384", "PS512"])
def test_other_algorithms_open_nothing(page: EmbedPage, algorithm: str) -> None:
    with pytest.raises(Rejected, match="WRONG_ALGORITHM"):
        page.open(jwt.encode(GOOD, PRIVATE, algorithm=algorithm), NOW)


def test_unsigned_and_shared_secrets_open_nothing(page: EmbedPage) -> None:
    for token in (
        jwt.encode(GOOD, None, algorithm="none"),
        jwt.encode(GOOD, "an-invented-secret-that-is-long-enough-for-it", algorithm="HS256"),
    ):
        with pytest.raises(Rejected, match="WRONG_ALGORITHM"):
            page.open(token, NOW)
    header, claims, _ = jwt.encode(GOOD, PRIVATE, algorithm="PS256").split(".")
    for token in (f"{header}.{claims}.", f"{header}.{claims}.AAAA"):
        with pytest.raises(Rejected, match="FOREIGN_KEY"):
            page.open(token, NOW)


def test_a_foreign_key_opens_nothing(page: EmbedPage) -> None:
    foreign = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(Rejected, match="FOREIGN_KEY"):
        page.open(jwt.encode(GOOD, foreign, algorithm="PS256"), NOW)


def test_what_is_no_token_opens_nothing(page: EmbedPage) -> None:
    for token in ("", "a.b", "a.b.c", "x" * 40000):
        with pytest.raises(Rejected):
            page.open(token, NOW)
