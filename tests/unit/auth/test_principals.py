"""Claims become a caller; only an exactly named role counts."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.auth import Principal, Role, principal_of
from shared.errors import Forbidden, Unauthenticated

CLAIMS = ("roles", "groups", "realm_access.roles")


@pytest.mark.parametrize(
    ("claims", "roles"),
    [
        ({"roles": ["analyst"]}, {Role.ANALYST}),
        ({"groups": ["/operator", "/other"]}, {Role.OPERATOR}),
        ({"groups": '["/operator", "administrator"]'}, {Role.OPERATOR, Role.ADMINISTRATOR}),
        ({"roles": "analyst"}, {Role.ANALYST}),
        ({"roles": "analyst, operator"}, {Role.ANALYST, Role.OPERATOR}),
        ({"realm_access": {"roles": ["operator"]}}, {Role.OPERATOR}),
        ({"realm_access": '{"roles": ["operator"]}'}, {Role.OPERATOR}),
        ({"realm_access.roles": ["operator"]}, {Role.OPERATOR}),
        ({"roles": ["analyst"], "groups": ["operator"]}, {Role.ANALYST, Role.OPERATOR}),
        ({}, set()),
        ({"roles": None, "groups": 7}, set()),
        ({"roles": ["Operator", "operators", " operator"]}, set()),
        ({"groups": ["/team/administrator", "//administrator"]}, set()),
        ({"groups": "former operator"}, set()),
        ({"groups": "[former operator]"}, set()),
        ({"groups": '{"operator": true}'}, set()),
        ({"roles": [["operator"], {"operator": 1}]}, set()),
    ],
)
def test_roles(claims: dict[str, object], roles: set[Role]) -> None:
    assert principal_of({"sub": "p", **claims}, CLAIMS).roles == roles


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        (["fly-potato-prod-operator", "everybody"], {Role.OPERATOR}),
        (["/fly-potato-prod-analyst"], {Role.ANALYST}),
        (["operator", "fly-potato-dev-operator", "fly-potato-prod-", "x-fly-potato-prod-operator"], set()),
    ],
)
def test_groups_of_an_organization_count_with_their_prefix_alone(groups: list[str], roles: set[Role]) -> None:
    principal = principal_of({"sub": "p", "groups": groups}, CLAIMS, roles_prefix="fly-potato-prod-")
    assert principal.roles == roles


@pytest.mark.parametrize("subject", [None, "", 7, "x" * 256, "a\0b", ["p"]])
def test_without_a_subject_nobody_calls(subject: object) -> None:
    with pytest.raises(Unauthenticated) as caught:
        principal_of({"sub": subject, "roles": ["administrator"]}, CLAIMS)
    assert caught.value.code == "SUBJECT_MISSING"


@pytest.mark.parametrize(
    ("claims", "regions"),
    [
        ({}, None),
        ({"regions": ["RU-MOS", "RU-MOW"]}, {"RU-MOS", "RU-MOW"}),
        ({"regions": '["RU-MOS"]'}, {"RU-MOS"}),
        ({"regions": "RU-MOS,RU-MOW"}, {"RU-MOS", "RU-MOW"}),
        ({"regions": []}, set()),
        ({"regions": None}, set()),
        ({"regions": "null"}, set()),
        ({"regions": "[]"}, set()),
        ({"regions": ""}, set()),
        ({"regions": 7}, set()),
    ],
)
def test_regions(claims: dict[str, object], regions: set[str] | None) -> None:
    assert principal_of({"sub": "p", **claims}, CLAIMS).regions == regions


@pytest.mark.parametrize(
    ("held", "allowed"),
    [
        (set(), set()),
        ({Role.ANALYST}, {Role.ANALYST}),
        ({Role.OPERATOR}, {Role.ANALYST, Role.OPERATOR}),
        ({Role.ADMINISTRATOR}, set(Role)),
    ],
)
def test_the_rule_table(held: set[Role], allowed: set[Role]) -> None:
    principal = Principal("p", frozenset(held))
    assert {role for role in Role if principal.may(role)} == allowed
    for role in Role:
        if role in allowed:
            principal.demand(role)
        else:
            with pytest.raises(Forbidden, match="ROLE_MISSING"):
                principal.demand(role)


words = st.sampled_from(
    ["operator", "/operator", "former operator", '["analyst"]', "[", "{", "analyst,x", "\\ud800", ""]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)


@given(st.fixed_dictionaries({"sub": words}, optional=dict.fromkeys(["roles", "groups", "realm_access"], values)))
def test_no_claims_break_the_reader_or_invent_a_role(claims: dict[str, object]) -> None:
    try:
        principal = principal_of(claims, CLAIMS)
    except Unauthenticated:
        assert claims["sub"] == ""
        return
    stated = json.dumps([claims.get("roles"), claims.get("groups"), claims.get("realm_access")])
    assert Role.ADMINISTRATOR not in principal.roles
    assert all(role.value in stated for role in principal.roles)


@pytest.mark.parametrize("realm", [{"realm": {"regions": None}}, {"realm": '{"regions": null}'}])
def test_null_behind_a_path_is_no_region_too(realm: dict[str, object]) -> None:
    assert principal_of({"sub": "p", **realm}, CLAIMS, "realm.regions").regions == frozenset()
    assert principal_of({"sub": "p", "realm": {}}, CLAIMS, "realm.regions").regions is None
