"""A process that asks for something at every step: fields, a checklist, guards and a decision; and its next version."""

from __future__ import annotations

from msgspec.structs import replace

from services.pipeline.domain.deal.events import DealOpened, DealStageChanged
from services.pipeline.domain.deal.stages import seen
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import (
    ChecklistItem,
    Decision,
    Guard,
    GuardRow,
    Move,
    Stage,
)
from services.pipeline.tests.examples import LOST, OPENED, PAUSED, PROCESS_ID, WON

BUDGET = ChecklistItem(key="budget", text="Budget confirmed 预算已确认", required=True)
NOTE = ChecklistItem(key="note", text="A note is written")
QUALIFY = Stage(key="qualify", name="Qualify", category="open", probability=10, checklist=(BUDGET, NOTE))
PROPOSE = Stage(
    key="propose",
    name="Propose",
    category="open",
    probability=40,
    forecast_category="best_case",
    required=("amount", "customer_id"),
)
NEGOTIATE = Stage(key="negotiate", name="Negotiate", category="open", probability=90)
GONE = replace(LOST, required=("region",))
BOUGHT = replace(WON, required=("lines",))
STAGES = (QUALIFY, PROPOSE, NEGOTIATE, PAUSED, BOUGHT, GONE)
SIZE = Decision(key="size", name="How big is it?")
BIG = Guard(rows=(GuardRow(field="amount", operator=">=", value="1000"),))
SETTLED = Guard(cel="deal.days_in_stage >= 2")


def _arrow(from_stage: str, to_stage: str, guard: Guard | None = None, *, default: bool = False) -> Move:
    return Move(from_stage=from_stage, to_stage=to_stage, guard=guard, default=default)


MOVES = (
    _arrow("qualify", "propose"),
    _arrow("propose", "qualify"),
    _arrow("propose", "size"),
    _arrow("size", "negotiate", BIG),
    _arrow("size", "won", default=True),
    _arrow("negotiate", "propose"),
    _arrow("negotiate", "won", SETTLED),
    *(_arrow(key, "paused") for key in ("qualify", "propose", "negotiate")),
    *(_arrow("paused", key) for key in ("qualify", "propose")),
    *(_arrow(key, "lost") for key in ("qualify", "propose", "negotiate")),
)
STRICT = Definition(PROCESS_ID, 1, published=True, stages=STAGES, moves=MOVES, decisions=(SIZE,))

OFFER = replace(PROPOSE, key="offer", name="Offer", required=("source",))
NEXT_STAGES = (QUALIFY, OFFER, NEGOTIATE, BOUGHT, GONE)
NEXT_MOVES = (
    _arrow("qualify", "offer"),
    _arrow("offer", "negotiate"),
    _arrow("offer", "qualify"),
    _arrow("negotiate", "won"),
    *(_arrow(key, "lost") for key in ("qualify", "offer", "negotiate")),
)
NEXT = Definition(PROCESS_ID, 2, published=True, stages=NEXT_STAGES, moves=NEXT_MOVES)
PLAN = {"qualify": "qualify", "propose": "offer", "negotiate": "negotiate", "paused": "qualify"}


def opened_in(stage: Stage, **fields: object) -> DealOpened:
    """The example deal, opened in a stage of this process."""
    return replace(OPENED, stage=seen(stage), **fields)


def moved(from_stage: Stage, to_stage: Stage) -> DealStageChanged:
    """A move that asked no guard."""
    return DealStageChanged(from_stage=seen(from_stage), to_stage=seen(to_stage))
