"""A deal: opened on a published process version, moved along it, won or lost; deleted ones can be restored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from msgspec import UNSET

from services.pipeline.domain.deal.commands import (
    AssignDeal,
    ChangeDealAmount,
    ChangeDealExpectedClose,
    ChangeDealLines,
    CorrectDeal,
    DealCommand,
    DeleteDeal,
    LoseDeal,
    MoveDealToStage,
    OpenDeal,
    ReopenDeal,
    RestoreDeal,
    Terms,
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
from services.pipeline.domain.deal.journey import first_stage, opened, travel
from services.pipeline.domain.deal.lines import checked_lines, in_currency_of, opening_amount, total_of
from services.pipeline.domain.deal.refusals import DealExists, DealIsNotDeleted, DealMissing
from services.pipeline.domain.deal.state import (
    Content,
    Deal,
    DeletedDeal,
    LivingDeal,
    NoDeal,
    OpenedDeal,
    dated,
    evolve,
    living,
)
from services.pipeline.domain.money import amount_of
from services.pipeline.domain.naming import named
from shared.domain import Decider


def decide(deal: Deal, command: DealCommand) -> Sequence[DealEvent]:
    """What a wish leads to."""
    match command:
        case OpenDeal():
            return _open(deal, command)
        case MoveDealToStage() | WinDeal() | LoseDeal() | ReopenDeal():
            return travel(living(deal), command)
        case ChangeDealLines() | ChangeDealAmount() | ChangeDealExpectedClose():
            return _change(opened(living(deal)), command)
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
    stage = first_stage(command)
    lines = checked_lines(command.lines, command.retired)
    return [
        DealOpened(
            name=named(command.name),
            process_id=command.definition.process_id,
            process_version=command.definition.version,
            stage=stage,
            lines=lines,
            owner_id=command.owner_id,
            customer_id=command.customer_id,
            amount=opening_amount(command.amount, lines),
            expected_close=command.expected_close,
            source=command.source,
            region=command.region,
        )
    ]


def _change(deal: OpenedDeal, command: Terms) -> Sequence[DealEvent]:
    match command:
        case ChangeDealLines():
            return _change_lines(deal.content, command)
        case ChangeDealAmount():
            return _change_amount(deal.content, command)
        case ChangeDealExpectedClose():
            before, after = deal.content.expected_close, command.expected_close
            return [] if before == after else [DealExpectedCloseChanged(before=before, after=after)]
        case _:
            assert_never(command)


def _change_lines(content: Content, command: ChangeDealLines) -> Sequence[DealEvent]:
    """The amount follows the lines; taking the last line away leaves it as it was."""
    lines = checked_lines(command.lines, command.retired, kept=content.lines)
    if lines == content.lines:
        return []
    amount = total_of(lines) or content.amount
    changed = DealLinesChanged(before=content.lines, after=lines, amount_before=content.amount, amount_after=amount)
    return [changed]


def _change_amount(content: Content, command: ChangeDealAmount) -> Sequence[DealEvent]:
    """A deal without lines may change its currency, which the event shows; lines hold it to theirs."""
    after = command.amount and in_currency_of(amount_of(command.amount, "/amount"), total_of(content.lines))
    return [] if after == content.amount else [DealAmountChanged(before=content.amount, after=after)]


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
