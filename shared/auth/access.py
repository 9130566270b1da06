"""Finding out who calls a route, as a FastAPI dependency.

In order: claims that the gateway's authorizer has verified (they arrive in the event, which a caller cannot write),
then a bearer token checked here.
"""

from dataclasses import dataclass

from fastapi import Request

from shared.auth.bearer_tokens import TokenVerifier
from shared.auth.principals import Principal, Role, principal_of
from shared.errors import Unauthenticated
from shared.runtime.http import CLAIMS
from shared.settings import AuthSettings


class Authenticator:
    """Tells who sent a request."""

    def __init__(self, settings: AuthSettings) -> None:
        self._settings = settings
        self._tokens = TokenVerifier(settings) if settings.jwks_url is not None else None

    async def principal(self, request: Request) -> Principal:
        """Give the caller, or raise Unauthenticated."""
        claims = request.scope.get(CLAIMS) if self._settings.trust_gateway else None
        if not claims and self._tokens is not None:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() == "bearer" and token.strip():
                claims = await self._tokens.claims(token.strip())
        if not claims:
            raise Unauthenticated("TOKEN_MISSING", "Нужно войти в систему.")
        settings = self._settings
        return principal_of(claims, settings.roles_claims, settings.regions_claim, roles_prefix=settings.roles_prefix)


@dataclass(frozen=True, slots=True)
class Demand:
    """A dependency that gives the caller if they may do what ``role`` allows, by the app's authenticator."""

    role: Role

    async def __call__(self, request: Request) -> Principal:
        """Find the caller. Raises Unauthenticated, Forbidden."""
        authenticator: Authenticator = request.app.state.authenticator
        principal = await authenticator.principal(request)
        principal.demand(self.role)
        return principal


def require(role: Role) -> Demand:
    """Make the dependency of a route that demands a role."""
    return Demand(role)
