"""What administrators set while the product runs, and what everybody is told of it."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.auth.access import require
from shared.auth.principals import Principal, Role
from shared.db import Pool, translated
from shared.errors import OutageError
from shared.settings import AppSettings, load
from shared.switches import FEATURES, MOST_ANNOUNCED, MOST_LANES, MaintenanceState, read_maintenance, set_switches

router = APIRouter(prefix="/api/maintenance", tags=["state"])

Analyst = Annotated[Principal, Depends(require(Role.ANALYST))]
Administrator = Annotated[Principal, Depends(require(Role.ADMINISTRATOR))]
Feature = Literal["reports", "boundary_check"]


class Maintenance(BaseModel):
    """How things stand. While ingest is paused workbooks are taken and wait; ``lanes`` null: the host's own number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    environment: Literal["dev", "test", "preprod", "prod"] | None
    """Which installation answers; null where nobody said."""
    ingest: Literal["running", "paused"]
    paused_at: datetime | None
    lanes: int | None
    announcement: str | None
    features: dict[str, bool]
    """Each part that can be switched off by itself, and whether it is on."""


class FeatureChange(BaseModel):
    """Parts to switch on or off; what is left out stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reports: bool | None = None
    boundary_check: bool | None = None


class MaintenanceChange(BaseModel):
    """What is to change; what is left out stays. An empty announcement takes it away, 0 lanes mean the host's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ingest: Literal["running", "paused"] | None = None
    lanes: Annotated[int, Field(ge=0, le=MOST_LANES)] | None = None
    announcement: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MOST_ANNOUNCED)] | None = None
    features: FeatureChange | None = None


@router.get("", operation_id="showMaintenance")
async def show(request: Request, principal: Analyst) -> Maintenance:
    """Tell whether workbooks wait, what is switched off, and what administrators announce."""
    pool: Pool = request.app.state.pool
    with translated():
        async with pool.acquire() as conn:
            return _shown(await read_maintenance(conn))


@router.post("", operation_id="changeMaintenance")
async def change(request: Request, principal: Administrator, requested: MaintenanceChange) -> Maintenance:
    """Pause or resume ingest, bound it, switch parts off or on, announce something; who did it is put down."""
    pool: Pool = request.app.state.pool
    with translated():
        async with pool.acquire() as conn:
            values: dict[str, object] = {}
            if requested.ingest is not None:
                values["ingest"] = requested.ingest
            if requested.lanes is not None:
                values["lanes"] = requested.lanes or None
            if requested.announcement is not None:
                values["announcement"] = requested.announcement or None
            if requested.features is not None:
                features = requested.features.model_dump(exclude_none=True)
                off = (await read_maintenance(conn)).features_off - {name for name, on in features.items() if on}
                values["features"] = sorted(off | {name for name, on in features.items() if not on})
            if values:
                await set_switches(conn, principal.subject, values)
            return _shown(await read_maintenance(conn))


async def demand_feature(request: Request, name: Feature) -> None:
    """Go on where a part is switched on.

    Raises:
        OutageError: ``FEATURE_OFF``.
    """
    pool: Pool = request.app.state.pool
    with translated():
        async with pool.acquire() as conn:
            state = await read_maintenance(conn)
    if not state.allows(name):
        raise OutageError("FEATURE_OFF", "Администратор временно выключил эту часть сервиса, попробуйте позже.")


def _shown(state: MaintenanceState) -> Maintenance:
    return Maintenance(
        environment=load(AppSettings).environment,
        ingest="paused" if state.paused else "running",
        paused_at=state.paused_at,
        lanes=state.lanes,
        announcement=state.announcement,
        features={name: state.allows(name) for name in FEATURES},
    )
