"""Where a deal may go now, over HTTP: what is missing, what is to be done, and which guard says no and why."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.pipeline.api.deal_lookup import Lookup
from services.pipeline.api.deal_views import StageView, stage_view
from services.pipeline.domain.deal.events import GuardDecision
from services.pipeline.domain.deal.hurdles import Hurdles
from services.pipeline.domain.deal.options import options
from services.pipeline.domain.deal.state import Deal, living
from services.pipeline.domain.sales_process.drawing import ChecklistItem
from shared.errors import DomainError
from shared.http.auth import Principal
from shared.http.calls import reader

Load = Callable[[UUID], Awaitable[tuple[Deal, int]]]


class ItemView(BaseModel):
    """Something to do first."""

    key: str
    text: str


class GuardView(BaseModel):
    """What a guard says of the deal now: `guard` is its CEL text, `move` the arrow it stands on."""

    move: str
    guard: str
    passed: bool
    reason: str | None


class RefusalView(BaseModel):
    """How a command would be refused: the problem's code and detail, and what it would say of each field."""

    code: str
    detail: str
    errors: dict[str, str]


class MoveOption(BaseModel):
    """A stage that an arrow leads to; `by` is the command for it; `open`: nothing is in the way."""

    stage: StageView
    by: str
    open: bool
    missing: list[str]
    undone: list[ItemView]
    guards: list[GuardView]
    refusals: list[RefusalView]


class Moves(BaseModel):
    """Everywhere a deal may go as of `at`, in the order of the stages; a decided deal goes nowhere."""

    id: UUID
    version: int
    at: datetime
    moves: list[MoveOption]


def move_routes(lookup: Lookup, load: Load) -> APIRouter:
    """The dry run of moves; `load` gives a deal's state and version from its events."""
    router = APIRouter(tags=["deals"])

    @router.get("/deals/{deal_id}/moves", operation_id="getDealMoves")
    async def get_moves(deal_id: UUID, principal: Annotated[Principal, Depends(reader("deal.read"))]) -> Moves:
        await lookup.one(principal, deal_id)
        deal, version = await load(deal_id)
        content, now = living(deal).content, datetime.now(UTC)
        definition = await lookup.definition(content.process_id, content.process_version)
        return shown(deal_id, version, now, options(living(deal), definition, now))

    return router


def shown(deal_id: UUID, version: int, at: datetime, found: Sequence[Hurdles]) -> Moves:
    """The options as an answer."""
    return Moves(id=deal_id, version=version, at=at, moves=[_option(met) for met in found])


def _option(met: Hurdles) -> MoveOption:
    refusals = met.refusals()
    return MoveOption(
        stage=stage_view(met.there),
        by={"won": "win", "lost": "lose"}.get(met.there.category, "move-stage"),
        open=not refusals,
        missing=list(met.missing),
        undone=[_item(item) for item in met.undone],
        guards=[guard_view(decision) for decision in met.decisions],
        refusals=[_refusal(refusal) for refusal in refusals],
    )


def guard_view(decision: GuardDecision) -> GuardView:
    """What a guard said."""
    return GuardView(move=decision.move, guard=decision.guard, passed=decision.passed, reason=decision.reason)


def _item(item: ChecklistItem) -> ItemView:
    return ItemView(key=item.key, text=item.text)


def _refusal(refusal: DomainError) -> RefusalView:
    return RefusalView(code=refusal.code, detail=refusal.message, errors=refusal.blames)
