"""What a deal's process is going to do by itself, over HTTP; what it did stands in the deal's story."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.pipeline.api.deal_lookup import Lookup
from services.pipeline.domain.deal.automation import Kind, kind_of
from services.pipeline.projections.automation_triggers import Due
from services.pipeline.projections.due_automations import DueAutomations
from shared.http.auth import Principal
from shared.http.calls import reader


class DueAutomationView(BaseModel):
    """An automation that runs at `due_at`; an idle one unless somebody changes the deal before."""

    stage: str
    automation: str
    when: Literal["enter", "leave", "idle"]
    action: Kind
    reason: str
    due_at: datetime
    trigger_version: int


class DueAutomationsOfDeal(BaseModel):
    """What is due of a deal, the next first."""

    id: UUID
    due: list[DueAutomationView]


def automation_routes(lookup: Lookup, due: DueAutomations) -> APIRouter:
    """Look at what is due."""
    router = APIRouter(tags=["deals"])

    @router.get("/deals/{deal_id}/automations", operation_id="listDealAutomations")
    async def list_automations(
        deal_id: UUID, principal: Annotated[Principal, Depends(reader("deal.read"))]
    ) -> DueAutomationsOfDeal:
        await lookup.one(principal, deal_id)
        return DueAutomationsOfDeal(id=deal_id, due=[_view(row) for row in await due.of(deal_id)])

    return router


def _view(due: Due) -> DueAutomationView:
    automation = due.drawn
    return DueAutomationView(
        stage=due.stage,
        automation=due.key,
        when=automation.when,
        action=kind_of(automation.action),
        reason=automation.reason,
        due_at=due.due_at,
        trigger_version=due.trigger_version,
    )
