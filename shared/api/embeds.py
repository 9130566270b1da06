"""Embed tokens for the dashboards that stand on DataLens."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from pydantic import BaseModel, StringConstraints

from shared import logs
from shared.api.application import create_app
from shared.auth.access import Authenticator, require
from shared.auth.principals import Principal, Role
from shared.embed import Dashboard, EmbedTokens
from shared.settings import AppSettings, AuthSettings, EmbedSettings, load

router = APIRouter(prefix="/api", tags=["dashboards"])

Analyst = Annotated[Principal, Depends(require(Role.ANALYST))]
Region = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")]
TITLES = {Dashboard.OVERVIEW: "Обзор", Dashboard.REGIONS: "Регионы", Dashboard.TIME: "Время"}


class EmbedToken(BaseModel):
    """A token, until when it holds, and the address to put into a frame."""

    dashboard: Dashboard
    token: str
    expires_at: datetime
    kid: str
    embed_url: str


class DashboardInfo(BaseModel):
    """A dashboard, and whether it stands on DataLens here."""

    dashboard: Dashboard
    title: str
    configured: bool


class Dashboards(BaseModel):
    """All dashboards, in the order of the site's tabs."""

    items: list[DashboardInfo]


class PublicKeys(BaseModel):
    """The public halves of the signing keys, as a JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, str]]


@router.get("/embed-token", operation_id="getEmbedToken", responses={400: {}})
@router.post("/embed-token", operation_id="makeEmbedToken", responses={400: {}})
async def embed_token(
    request: Request,
    principal: Analyst,
    dashboard: Annotated[Dashboard, Query()],
    region: Annotated[list[Region] | None, Query(max_length=100)] = None,
) -> EmbedToken:
    """Sign a token for one dashboard, narrowed to regions that the caller may see."""
    tokens = _tokens(request)
    issued = tokens.issue(dashboard, region or (), principal.regions, datetime.now(UTC))
    return EmbedToken(
        dashboard=dashboard,
        token=issued.token,
        expires_at=issued.expires_at,
        kid=issued.kid,
        embed_url=issued.embed_url,
    )


@router.get("/dashboards", operation_id="listDashboards")
async def dashboards(request: Request, principal: Analyst) -> Dashboards:
    """List the dashboards; one without an embed id is served by the site itself."""
    tokens, now = _tokens(request), datetime.now(UTC)
    items = [
        DashboardInfo(dashboard=each, title=TITLES[each], configured=tokens.embed_id(each, now) is not None)
        for each in Dashboard
    ]
    return Dashboards(items=items)


@router.get("/embed-keys", operation_id="listEmbedKeys")
async def embed_keys(request: Request) -> PublicKeys:
    """Publish the keys that check embed tokens; they are public, so nobody is asked who calls."""
    return PublicKeys(keys=[key.jwk for key in _tokens(request).ring.keys])


def _tokens(request: Request) -> EmbedTokens:
    tokens: EmbedTokens = request.app.state.embed_tokens
    return tokens


def application() -> FastAPI:
    """Build the application of the function ``embed_token``."""
    logs.configure(load(AppSettings).effective_log_level)
    app = create_app([router], authenticator=Authenticator(load(AuthSettings)))
    app.state.embed_tokens = EmbedTokens(load(EmbedSettings))
    return app
