"""A deal: opened on a published process version, moved along it, won or lost; deleted ones can be restored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from msgspec import UNSET

from services.pipeline.domain.deal.automation import RunAutomation, run
from services.pipeline.domain.deal.commands import (
    AssignDeal,
    ChangeDealAmount,
    ChangeDealExpectedClose,
    ChangeDealForecast,
    ChangeDealLines,
    CorrectDeal,
    DealCommand,
    DeleteDeal,
    LoseDeal,
    MigrateDeal,
    MoveDealToStage,
    OpenDeal,
    ReopenDeal,
    RestoreDeal,
    TickDealChecklistItem,
    WinDeal,
)
from services.pipeline.domain.deal.events import (
    Change,
    DealAmountChanged,
    DealAssigned,
    DealAutomationRan,
    DealChecklistItemTicked,
    DealCorrected,
    DealDeleted,
    DealEvent,
    DealExpectedCloseChanged,
    DealForecastChanged,
    DealLinesChanged,
    DealLost,
    DealMigrated,
    DealNotificationRequested,
    DealOpened,
    DealReopened,
    DealRestored,
    DealStageChanged,
    DealWon,
)
from services.pipeline.domain.deal.journey import opened, travel
from services.pipeline.domain.deal.migration import migrated
from services.pipeline.domain.deal.opening import opening
from services.pipeline.domain.deal.refusals import DealExists, DealIsNotDeleted, DealMissing
from services.pipeline.domain.deal.state import (
    Content,
    Deal,
    DeletedDeal,
    LivingDeal,
    NoDeal,
    dated,
    evolve,
    living,
)
from services.pipeline.domain.deal.terms import change
from services.pipeline.domain.naming import named
from shared.domain import Decider


def decide(deal: Deal, command: DealCommand) -> Sequence[DealEvent]:
    """What a wish leads to."""
    match command:
        case OpenDeal():
            return _open(deal, command)
        case MoveDealToStage() | WinDeal() | LoseDeal() | ReopenDeal():
            return travel(living(deal), command)
        case (
            ChangeDealLines()
            | ChangeDealAmount()
            | ChangeDealExpectedClose()
            | ChangeDealForecast()
            | TickDealChecklistItem()
        ):
            return change(opened(living(deal)).content, command)
        case MigrateDeal():
            return migrated(opened(living(deal)), command)
        case RunAutomation():
            return run(living(deal), command)
        case AssignDeal():
            return _assign(living(deal), command)
        case CorrectDeal():
            return _correct(living(deal).content, command)
        case DeleteDeal():
            living(deal)
            return [DealDeleted()]
        case RestoreDeal():
            return _restore(deal)
        case _:
            assert_never(command)


def _open(deal: Deal, command: OpenDeal) -> Sequence[DealEvent]:
    if not isinstance(deal, NoDeal):
        raise DealExists
    return [opening(command)]


def _assign(deal: LivingDeal, command: AssignDeal) -> Sequence[DealEvent]:
    previous = deal.content.owner_id
    if command.owner_id == previous:
        return []
    return [DealAssigned(owner_id=command.owner_id, previous_owner_id=previous)]


def _correct(content: Content, command: CorrectDeal) -> Sequence[DealEvent]:
    wished = {
        "name": command.name if command.name is UNSET else named(command.name),
        "customer_id": command.customer_id,
        "source": command.source,
        "region": command.region,
    }
    changes = {
        field: Change(before=_text(getattr(content, field)), after=_text(after))
        for field, after in wished.items()
        if after is not UNSET and after != getattr(content, field)
    }
    return [DealCorrected(changes=changes)] if changes else []


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _restore(deal: Deal) -> Sequence[DealEvent]:
    if isinstance(deal, NoDeal):
        raise DealMissing
    if not isinstance(deal, DeletedDeal):
        raise DealIsNotDeleted
    return [DealRestored()]


DEAL: Decider[Deal, DealCommand, DealEvent] = Decider(
    category="deal",
    initial=NoDeal(),
    decide=decide,
    evolve=evolve,
    events=(
        DealOpened,
        DealStageChanged,
        DealLinesChanged,
        DealAmountChanged,
        DealExpectedCloseChanged,
        DealAssigned,
        DealWon,
        DealLost,
        DealReopened,
        DealForecastChanged,
        DealChecklistItemTicked,
        DealMigrated,
        DealAutomationRan,
        DealNotificationRequested,
        DealCorrected,
        DealDeleted,
        DealRestored,
    ),
    dated=dated,
)
