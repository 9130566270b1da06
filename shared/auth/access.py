"""Finding out who calls a route, as a FastAPI dependency.

In order: claims that the gateway's authorizer has verified (they arrive in the event, which a caller cannot write),
then a bearer token checked here.
"""

from collections.abc import Awaitable, Callable

from fastapi import Request

from shared.auth.principals import Principal, Role, principal_of
from shared.auth.tokens import TokenVerifier
from shared.errors import Unauthenticated
from shared.http_events import CLAIMS
from shared.settings import AuthSettings


class Gatekeeper:
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
        return principal_of(claims, self._settings.roles_claims, self._settings.regions_claim)


def require(role: Role) -> Callable[[Request], Awaitable[Principal]]:
    """Make a dependency that gives the caller if they may do what the role allows, by the app's gatekeeper."""

    async def allowed(request: Request) -> Principal:
        gatekeeper: Gatekeeper = request.app.state.gatekeeper
        principal = await gatekeeper.principal(request)
        principal.demand(role)
        return principal

    return allowed
