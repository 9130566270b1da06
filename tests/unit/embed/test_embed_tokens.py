"""Embed tokens: what is in them, which key signs, and what is refused."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.embed import Dashboard, EmbedTokens
from shared.embed.keys import parse_key, read_ring
from shared.embed.tokens import TOKEN_BYTES, narrow
from shared.errors import ConfigurationError, Forbidden, RequestError
from shared.settings import EmbedSettings

NOW = datetime(2026, 9, 1, 12, 0, 0, 500_000, UTC)
IDS = {"overview_id": "embed-1", "regions_id": "embed-2", "time_id": "embed-3"}


def make_pem(bits: int = 2048, form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


PEM, NEXT = make_pem(), make_pem(form=PrivateFormat.TraditionalOpenSSL)


def settings(**more: Any) -> EmbedSettings:
    return EmbedSettings(**{"private_key": PEM, **IDS, **more})


def verified(token: str, tokens: EmbedTokens) -> dict[str, Any]:
    """Check a token as somebody would who only has the published keys."""
    header = jwt.get_unverified_header(token)
    published = {key.jwk["kid"]: jwt.PyJWK(key.jwk) for key in tokens.ring.keys}
    options: Any = {"verify_exp": False, "verify_iat": False}
    return dict(jwt.decode(token, published[header["kid"]], algorithms=["PS256"], options=options))


@pytest.mark.parametrize(("dashboard", "embed"), list(zip(Dashboard, IDS.values(), strict=True)))
def test_a_token_says_what_datalens_wants(dashboard: Dashboard, embed: str) -> None:
    tokens = EmbedTokens(settings())
    issued = tokens.issue(dashboard, (), None, NOW)
    assert jwt.get_unverified_header(issued.token) == {"alg": "PS256", "typ": "JWT", "kid": issued.kid}
    assert verified(issued.token, tokens) == {
        "embedId": embed,
        "dlEmbedService": "YC_DATALENS_EMBEDDING_SERVICE_MARK",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 3600,
        "params": {},
    }
    assert issued.expires_at == datetime(2026, 9, 1, 13, tzinfo=UTC)
    assert issued.embed_url == f"https://datalens.yandex.cloud/embeds/dash#dl_embed_token={issued.token}"


def test_a_key_comes_from_a_file_or_from_one_line(tmp_path: Path) -> None:
    path = tmp_path / "datalens.pem"
    path.write_text(PEM)
    kid = read_ring(settings()).current.kid
    assert read_ring(settings(private_key=None, private_key_path=path)).current.kid == kid
    assert read_ring(settings(private_key=PEM.strip().replace("\n", "\\n"))).current.kid == kid


def test_rotation_switches_at_the_instant_and_publishes_both() -> None:
    switch = NOW + timedelta(hours=1)
    tokens = EmbedTokens(settings(next_private_key=NEXT, next_key_from=switch))
    old, new = (key.kid for key in tokens.ring.keys)
    assert old != new
    assert tokens.issue(Dashboard.TIME, (), None, switch - timedelta(microseconds=1)).kid == old
    later = tokens.issue(Dashboard.TIME, (), None, switch)
    assert later.kid == new
    assert verified(later.token, tokens)["embedId"] == "embed-3"
    only_published = EmbedTokens(settings(next_private_key=NEXT))
    assert only_published.issue(Dashboard.TIME, (), None, switch).kid == old
    assert len(only_published.ring.keys) == 2


def test_the_next_key_signs_for_its_own_embeds_where_it_has_some() -> None:
    switch = NOW + timedelta(hours=1)
    tokens = EmbedTokens(settings(next_private_key=NEXT, next_key_from=switch, next_time_id="embed-4"))
    before, after = (tokens.issue(Dashboard.TIME, (), None, at) for at in (NOW, switch))
    assert [verified(each.token, tokens)["embedId"] for each in (before, after)] == ["embed-3", "embed-4"]
    assert verified(tokens.issue(Dashboard.OVERVIEW, (), None, switch).token, tokens)["embedId"] == "embed-1"
    assert tokens.embed_id(Dashboard.TIME, NOW) == "embed-3"


def test_the_age_is_that_of_the_key_that_signs() -> None:
    dates = settings(key_created="2026-06-01", next_key_created="2026-08-31", next_key_from=NOW + timedelta(hours=1))
    assert dates.age_days(NOW) == 92
    assert dates.age_days(NOW + timedelta(hours=1)) == 1
    assert settings().age_days(NOW) is None


def test_dashboards_are_framed_from_an_origin_alone() -> None:
    own = EmbedTokens(settings(own_origin="https://datalens.example.ru:8443"))
    issued = own.issue(Dashboard.TIME, (), None, NOW)
    assert issued.embed_url == f"https://datalens.example.ru:8443/embeds/dash#dl_embed_token={issued.token}"
    for address in ("http://datalens.yandex.cloud", "https://d.example/path", "https://u@d.example", "javascript:x"):
        with pytest.raises(ValueError, match="own_origin"):
            settings(own_origin=address)


def test_published_keys_hold_nothing_private() -> None:
    jwk = read_ring(settings()).current.jwk
    assert set(jwk) == {"kty", "n", "e", "use", "alg", "kid"}


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    # The example of RFC 7638, section 3.1.
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
        "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajr"
        "n1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    key = jwt.PyJWK({"kty": "RSA", "n": n, "e": "AQAB"}).key
    from shared.embed.keys import thumbprint

    assert thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize(
    "pem",
    [
        "not a key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        make_pem(1024),
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        .decode(),
    ],
)
def test_other_keys_are_refused_without_being_told(pem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_key(pem, "DATALENS_PRIVATE_KEY")
    assert caught.value.code == "EMBED_KEY_INVALID"
    assert "DATALENS_PRIVATE_KEY" in caught.value.sentence
    assert pem not in str(caught.value)


def test_what_is_not_configured_is_named(tmp_path: Path) -> None:
    cases = {
        "EMBED_KEY_MISSING": settings(private_key=None),
        "SECRET_UNREADABLE": settings(private_key=None, private_key_path=tmp_path / "none.pem"),
        "EMBED_ID_MISSING": settings(overview_id=None),
    }
    for code, given_settings in cases.items():
        with pytest.raises(ConfigurationError) as caught:
            EmbedTokens(given_settings).issue(Dashboard.OVERVIEW, (), None, NOW)
        assert caught.value.code == code
        assert "DATALENS_" in caught.value.sentence


def test_a_key_is_parsed_once() -> None:
    tokens = EmbedTokens(settings())
    tokens.issue(Dashboard.OVERVIEW, (), None, NOW)
    started = time.perf_counter()
    for _ in range(20):
        tokens.issue(Dashboard.OVERVIEW, (), None, NOW)
    # Parsing costs 40 ms each, so twenty of them would need 0.8 s.
    assert time.perf_counter() - started < 0.4


def test_a_token_stays_within_datalens_limit() -> None:
    tokens = EmbedTokens(settings())
    with pytest.raises(RequestError) as caught:
        tokens.issue(Dashboard.OVERVIEW, [f"RU-{n:03}-{'X' * 400}" for n in range(100)], None, NOW)
    assert caught.value.code == "EMBED_TOKEN_TOO_LARGE"


codes = st.sampled_from(["RU-MOS", "RU-MOW", "RU-SPE", "RU-CHU", "RU-SA"])
TOKENS = EmbedTokens(settings())


@given(
    dashboard=st.sampled_from(Dashboard),
    wanted=st.lists(codes),
    allowed=st.none() | st.frozensets(codes),
    now=st.integers(1_767_225_600, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds + 0.25, UTC)),
    ttl=st.integers(60, 36_000),
)
def test_every_token_is_short_lived_and_shows_no_more_than_allowed(
    dashboard: Dashboard, wanted: list[str], allowed: frozenset[str] | None, now: datetime, ttl: int
) -> None:
    tokens = EmbedTokens(settings(token_ttl_seconds=ttl))
    tokens._ring = TOKENS.ring
    if allowed is not None and (not allowed or set(wanted) - allowed):
        with pytest.raises(Forbidden, match="REGION_FORBIDDEN"):
            tokens.issue(dashboard, wanted, allowed, now)
        return
    issued = tokens.issue(dashboard, wanted, allowed, now)
    claims = verified(issued.token, tokens)
    assert 0 < claims["exp"] - claims["iat"] == ttl <= 36_000
    assert 0 <= now.timestamp() - claims["iat"] < 1
    assert len(issued.token) <= TOKEN_BYTES
    shown = claims["params"].get("region")
    if allowed is None:
        assert shown == (sorted(set(wanted)) or None)
    else:
        assert shown
        assert set(shown) <= allowed
        assert shown == sorted(set(wanted) or allowed)
    json.dumps(claims["params"])


def test_a_caller_without_regions_sees_none() -> None:
    with pytest.raises(Forbidden):
        narrow((), frozenset())
