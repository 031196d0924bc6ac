"""Where a deal may go: only along the arrows of the version it is on, and only to stages of that version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from services.pipeline.domain.deal.commands import Journey, LoseDeal, MoveDealToStage, OpenDeal, ReopenDeal, WinDeal
from services.pipeline.domain.deal.events import DealEvent, DealLost, DealReopened, DealStageChanged, DealWon, StageRef
from services.pipeline.domain.deal.lines import final_amount
from services.pipeline.domain.deal.refusals import (
    DealIsClosed,
    DealIsNotClosed,
    MoveNotAllowed,
    OtherProcessVersion,
    ProcessNotPublished,
    ProcessVersionRetired,
    ReasonMissing,
    StageNotLost,
    StageNotOpen,
    StageUnknown,
    UseLose,
    UseWin,
)
from services.pipeline.domain.deal.state import LivingDeal, OpenedDeal
from services.pipeline.domain.sales_process.definition import CLOSED, Definition
from services.pipeline.domain.sales_process.drawing import Stage


def travel(deal: LivingDeal, command: Journey) -> Sequence[DealEvent]:
    """The facts of a step along the process."""
    content, definition = deal.content, command.definition
    if (content.process_id, content.process_version) != (definition.process_id, definition.version):
        raise OtherProcessVersion
    match command:
        case MoveDealToStage():
            return _move(opened(deal), command)
        case WinDeal():
            return _win(opened(deal), command)
        case LoseDeal():
            return _lose(opened(deal), command)
        case ReopenDeal():
            return _reopen(deal, command)
        case _:
            assert_never(command)


def opened(deal: LivingDeal) -> OpenedDeal:
    """The deal while it is not decided; raises DealIsClosed."""
    if not isinstance(deal, OpenedDeal):
        raise DealIsClosed
    return deal


def first_stage(command: OpenDeal) -> StageRef:
    """Where a new deal begins."""
    definition = command.definition
    if not definition.published:
        raise ProcessNotPublished(field="/process_version")
    if definition.retired:
        raise ProcessVersionRetired(field="/process_version")
    stage = definition.first("open") if command.stage is None else _stage(definition, command.stage, "/stage")
    if stage is None or stage.category in CLOSED:
        raise StageNotOpen(field="/stage")
    return _seen(stage)


def _move(deal: OpenedDeal, command: MoveDealToStage) -> Sequence[DealEvent]:
    stage = _stage(command.definition, command.to_stage, "/to_stage")
    if stage.key == deal.stage.key:
        return []
    _require_arrow(command.definition, deal.stage, stage, "/to_stage")
    if stage.category in CLOSED:
        raise (UseWin if stage.category == "won" else UseLose)(field="/to_stage")
    return [DealStageChanged(from_stage=deal.stage, to_stage=_seen(stage))]


def _win(deal: OpenedDeal, command: WinDeal) -> Sequence[DealEvent]:
    stage = command.definition.first("won")
    if stage is None:
        raise StageUnknown
    _require_arrow(command.definition, deal.stage, stage)
    amount = final_amount(deal.content.amount, command.amount)
    return [DealWon(from_stage=deal.stage, stage=_seen(stage), amount=amount)]


def _lose(deal: OpenedDeal, command: LoseDeal) -> Sequence[DealEvent]:
    reason = command.reason.strip()
    if not reason:
        raise ReasonMissing(field="/reason")
    stage = _lost_stage(deal, command)
    return [DealLost(from_stage=deal.stage, stage=_seen(stage), reason=reason, competitor=command.competitor)]


def _lost_stage(deal: OpenedDeal, command: LoseDeal) -> Stage:
    definition = command.definition
    if command.stage is not None:
        stage = _stage(definition, command.stage, "/stage")
        if stage.category != "lost":
            raise StageNotLost(field="/stage")
        _require_arrow(definition, deal.stage, stage, "/stage")
        return stage
    reachable = [stage for stage in definition.onward(deal.stage.key) if stage.category == "lost"]
    if not reachable:
        raise MoveNotAllowed(f"From {deal.stage.name!r} there is no move to a lost stage.")
    return reachable[0]


def _reopen(deal: LivingDeal, command: ReopenDeal) -> Sequence[DealEvent]:
    if isinstance(deal, OpenedDeal):
        raise DealIsNotClosed
    stage = _stage(command.definition, command.stage or deal.came_from.key, "/stage")
    if stage.category in CLOSED:
        raise StageNotOpen(field="/stage")
    return [DealReopened(from_stage=deal.stage, stage=_seen(stage))]


def _stage(definition: Definition, key: str, field: str) -> Stage:
    stage = definition.stage(key)
    if stage is None:
        known = ", ".join(stage.key for stage in definition.stages)
        raise StageUnknown(f"There is no stage {key!r}; the stages are {known}.", field=field)
    return stage


def _require_arrow(definition: Definition, here: StageRef, there: Stage, field: str | None = None) -> None:
    if not definition.allows(here.key, there.key):
        raise MoveNotAllowed(f"There is no move from {here.name!r} to {there.name!r}.", field=field)


def _seen(stage: Stage) -> StageRef:
    return StageRef(key=stage.key, name=stage.name, category=stage.category, probability=stage.probability)
