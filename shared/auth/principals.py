"""The caller as a value, and the table of who stands in for whom.

Claims come from the gateway as a map of text to text (a list may be JSON text) or from a verified token as JSON
values. Both are read by the same rules: a role counts only if a list names it exactly, with or without Keycloak's
leading slash.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import Forbidden, Unauthenticated

_SUBJECT_LENGTH = 255
_REGIONS = 200
_ABSENT = object()


class Role(StrEnum):
    """What a person does with the product."""

    ANALYST = "analyst"
    """Reads statistics, dashboards, flights and the course of loads."""
    OPERATOR = "operator"
    """Also sends workbooks and fetches what was rejected, which holds telegrams' texts."""
    ADMINISTRATOR = "administrator"
    """Also manages boundaries, keys and loads."""


STANDS_IN_FOR: dict[Role, frozenset[Role]] = {
    Role.ANALYST: frozenset({Role.ANALYST}),
    Role.OPERATOR: frozenset({Role.ANALYST, Role.OPERATOR}),
    Role.ADMINISTRATOR: frozenset({Role.ANALYST, Role.OPERATOR, Role.ADMINISTRATOR}),
}
"""The rule table: holding the role on the left allows what any role on the right allows."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: an opaque subject, roles, and the regions (ISO 3166-2) dashboards are narrowed to; None is all."""

    subject: str
    roles: frozenset[Role]
    regions: frozenset[str] | None = None

    def may(self, role: Role) -> bool:
        """Tell whether this caller may do what the role allows."""
        return any(role in STANDS_IN_FOR[own_role] for own_role in self.roles)

    def demand(self, role: Role) -> None:
        """Return if the caller may do what the role allows, else raise Forbidden ``ROLE_MISSING``."""
        if not self.may(role):
            raise Forbidden("ROLE_MISSING", "У вас нет роли, которая нужна для этого действия.")


def principal_of(
    claims: Mapping[str, object],
    roles_claims: Sequence[str],
    regions_claim: str = "regions",
    *,
    roles_prefix: str = "",
) -> Principal:
    """Read a caller from verified claims.

    A claim's name may be a path (``realm_access.roles``). With ``roles_prefix`` a role counts only with that before its
    name, as groups of a whole organization have it. Raises Unauthenticated ``SUBJECT_MISSING``.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _SUBJECT_LENGTH or "\0" in subject:
        raise Unauthenticated("SUBJECT_MISSING", "Не удалось определить, кто обращается. Войдите заново.")
    groups = {name.removeprefix("/") for path in roles_claims for name in _texts(_at(claims, path))}
    roles = frozenset(role for role in Role if roles_prefix + role.value in groups)
    value = _at(claims, regions_claim)
    # The gateway hands claims on as text, so a null comes as "null": both are an empty list, and not all regions.
    names = () if value is None or value == "null" else _texts(value)
    regions = None if value is _ABSENT else frozenset(sorted(names)[:_REGIONS])
    return Principal(subject, roles, regions)


def _at(claims: Mapping[str, object], path: str) -> object:
    """Give a claim by its name or path, ``_ABSENT`` where there is none."""
    if path in claims:
        return _read(claims[path])
    value: object = claims
    for name in path.split("."):
        value = _read(value)
        if not isinstance(value, Mapping) or name not in value:
            return _ABSENT
        value = value[name]
    return _read(value)


def _read(value: object) -> object:
    if isinstance(value, str) and value[:1] in {"[", "{", '"'}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _texts(value: object) -> tuple[str, ...]:
    # Text that is no JSON is split at commas alone: a group called "former operator" must not become an operator.
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list | tuple):
        return tuple(item for item in value if isinstance(item, str))
    return ()
