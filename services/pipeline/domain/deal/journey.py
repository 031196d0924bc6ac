"""Where a deal may go: only along the arrows of the version it is on, and only to stages of that version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from msgspec.structs import replace

from services.pipeline.domain.deal.commands import Journey, LoseDeal, MoveDealToStage, ReopenDeal, WinDeal
from services.pipeline.domain.deal.conversion import converted
from services.pipeline.domain.deal.events import DealEvent, DealLost, DealReopened, DealStageChanged, DealWon, Override
from services.pipeline.domain.deal.hurdles import Hurdles, hurdles
from services.pipeline.domain.deal.lines import final_amount
from services.pipeline.domain.deal.refusals import (
    DealIsClosed,
    DealIsNotClosed,
    MoveNotAllowed,
    OtherProcessVersion,
    OverrideReasonMissing,
    ReasonMissing,
    StageNotLost,
    StageNotOpen,
    StageUnknown,
    UseLose,
    UseWin,
)
from services.pipeline.domain.deal.stages import seen, stage_of
from services.pipeline.domain.deal.state import Content, LivingDeal, OpenedDeal
from services.pipeline.domain.sales_process.definition import CLOSED, Definition
from services.pipeline.domain.sales_process.drawing import Stage

Along = MoveDealToStage | WinDeal | LoseDeal


def travel(deal: LivingDeal, command: Journey) -> Sequence[DealEvent]:
    """The facts of a step along the process."""
    on_its_version(deal.content, command.definition)
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


def on_its_version(content: Content, definition: Definition) -> None:
    """Raise OtherProcessVersion unless this is the version that the deal runs on."""
    if (content.process_id, content.process_version) != (definition.process_id, definition.version):
        raise OtherProcessVersion


def _move(deal: OpenedDeal, command: MoveDealToStage) -> Sequence[DealEvent]:
    stage = stage_of(command.definition, command.to_stage, "/to_stage")
    if stage.key == deal.stage.key:
        return []
    _require_arrow(command.definition, deal, stage, "/to_stage")
    if stage.category in CLOSED:
        raise (UseWin if stage.category == "won" else UseLose)(field="/to_stage")
    met = _met(deal, stage, command)
    override = _taken(met, command.override)
    return [DealStageChanged(from_stage=deal.stage, to_stage=seen(stage), decisions=met.decisions, override=override)]


def _win(deal: OpenedDeal, command: WinDeal) -> Sequence[DealEvent]:
    stage = command.definition.first("won")
    if stage is None:
        raise StageUnknown
    _require_arrow(command.definition, deal, stage)
    amount = final_amount(deal.content.amount, command.amount)
    met = _met(replace(deal, content=replace(deal.content, amount=amount)), stage, command)
    return [
        DealWon(
            from_stage=deal.stage,
            stage=seen(stage),
            amount=amount,
            decisions=met.decisions,
            override=_taken(met, command.override),
            converted=converted(amount, command.rates),
        )
    ]


def _lose(deal: OpenedDeal, command: LoseDeal) -> Sequence[DealEvent]:
    reason = command.reason.strip()
    if not reason:
        raise ReasonMissing(field="/reason")
    met = _met(deal, _lost_stage(deal, command), command)
    return [
        DealLost(
            from_stage=deal.stage,
            stage=seen(met.there),
            reason=reason,
            competitor=command.competitor,
            decisions=met.decisions,
            override=_taken(met, command.override),
        )
    ]


def _lost_stage(deal: OpenedDeal, command: LoseDeal) -> Stage:
    """The stage that is named, or the first one that the deal can reach, rather one with nothing in the way."""
    definition = command.definition
    if command.stage is not None:
        stage = stage_of(definition, command.stage, "/stage")
        if stage.category != "lost":
            raise StageNotLost(field="/stage")
        _require_arrow(definition, deal, stage, "/stage")
        return stage
    reachable = [stage for stage in definition.onward(deal.stage.key) if stage.category == "lost"]
    if not reachable:
        raise MoveNotAllowed(f"From {deal.stage.name!r} there is no move to a lost stage.")
    return next((stage for stage in reachable if not _met(deal, stage, command).refusals()), reachable[0])


def _reopen(deal: LivingDeal, command: ReopenDeal) -> Sequence[DealEvent]:
    """Going back asks for nothing: neither guards nor fields nor a checklist."""
    if isinstance(deal, OpenedDeal):
        raise DealIsNotClosed
    stage = stage_of(command.definition, command.stage or deal.came_from.key, "/stage")
    if stage.category in CLOSED:
        raise StageNotOpen(field="/stage")
    return [DealReopened(from_stage=deal.stage, stage=seen(stage))]


def _require_arrow(definition: Definition, deal: OpenedDeal, there: Stage, field: str | None = None) -> None:
    if not definition.allows(deal.stage.key, there.key):
        raise MoveNotAllowed(f"There is no move from {deal.stage.name!r} to {there.name!r}.", field=field)


def _met(deal: OpenedDeal, there: Stage, command: Along) -> Hurdles:
    here = stage_of(command.definition, deal.stage.key)
    return hurdles(command.definition, here, there, deal.content, command.at)


def _taken(met: Hurdles, reason: str | None) -> Override | None:
    """How the deal gets past what it met: as it is, or by somebody's word; raises the first refusal."""
    refusals = met.refusals()
    if reason is not None and not reason.strip():
        raise OverrideReasonMissing(field="/override/reason")
    if refusals and reason is None:
        raise refusals[0]
    if not refusals or reason is None:
        return None
    return Override(reason=reason.strip(), rules=tuple(refusal.code for refusal in refusals))
