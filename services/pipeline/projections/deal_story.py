"""What happened to one deal, entry by entry, told from its own events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

import msgspec

from services.pipeline.domain.deal.events import (
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
    Line,
    Override,
    StageRef,
)
from services.pipeline.domain.money import Money
from services.pipeline.projections.deals import DECODERS
from shared.eventstore.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in words: who did what when, how it was before and after, and what caused it.

    `before`, `after`: the fields that changed as JSON values; `who`: token subject; `cause`: id of the causing event.
    """

    version: int
    event_id: UUID
    event: str
    what: str
    occurred_at: datetime
    recorded_at: datetime
    who: str
    on_behalf_of: str | None
    before: dict[str, Any]
    after: dict[str, Any]
    cause: str | None
    correlation_id: str


Told = tuple[str, dict[str, Any], dict[str, Any]]


def story(events: Sequence[Recorded]) -> list[Entry]:
    """The entries in the order in which the events happened."""
    return [_entry(recorded) for recorded in events]


def _entry(recorded: Recorded) -> Entry:
    what, before, after = _told(DECODERS[recorded.type].decode(recorded.data))
    return Entry(
        version=recorded.version,
        event_id=recorded.event_id,
        event=recorded.type,
        what=what,
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
        who=recorded.metadata.actor,
        on_behalf_of=recorded.metadata.on_behalf_of,
        before=msgspec.to_builtins(before),
        after=msgspec.to_builtins(after),
        cause=recorded.metadata.causation_id,
        correlation_id=recorded.metadata.correlation_id,
    )


def _told(event: DealEvent) -> Told:
    match event:
        case DealOpened():
            return f"Opened in {event.stage.name}{_worth(event.amount)}", {}, _given(event)
        case DealStageChanged() | DealWon() | DealLost() | DealReopened():
            return _step(event)
        case DealMigrated() | DealAutomationRan() | DealNotificationRequested():
            return _by_the_process(event)
        case DealDeleted():
            return "Deleted", {"deleted": False}, {"deleted": True}
        case DealRestored():
            return "Restored", {"deleted": True}, {"deleted": False}
        case _:
            return _change(event)


def _step(event: DealStageChanged | DealWon | DealLost | DealReopened) -> Told:
    match event:
        case DealStageChanged():
            moved = f"Moved from {event.from_stage.name} to {event.to_stage.name}"
            return moved + _against(event.override), _at(event.from_stage), {**_at(event.to_stage), **_judged(event)}
        case DealWon():
            after = {**_at(event.stage), "amount": event.amount, **_judged(event)}
            return f"Won{_worth(event.amount)}{_against(event.override)}", _at(event.from_stage), after
        case DealLost():
            why = f"Lost: {event.reason}" + (f" (to {event.competitor})" if event.competitor else "")
            after = {**_at(event.stage), "reason": event.reason, "competitor": event.competitor, **_judged(event)}
            return why + _against(event.override), _at(event.from_stage), after
        case DealReopened():
            return f"Reopened in {event.stage.name}", _at(event.from_stage), _at(event.stage)
        case _:
            assert_never(event)


def _by_the_process(event: DealMigrated | DealAutomationRan | DealNotificationRequested) -> Told:
    match event:
        case DealMigrated():
            what = f"Runs on version {event.to_version} in {event.to_stage.name} from now on: {event.reason}"
            before = {**_at(event.from_stage), "process_version": event.from_version}
            return what, before, {**_at(event.to_stage), "process_version": event.to_version}
        case DealAutomationRan():
            outcome = event.detail if event.done else f"nothing done, {event.detail}"
            what = f"Automation {event.automation} ({event.when} {event.stage}): {outcome}. Why: {event.reason}"
            return what, {}, _given(event)
        case DealNotificationRequested():
            return f"Notification asked for: {event.text}", {}, _given(event)
        case _:
            assert_never(event)


def _change(
    event: DealLinesChanged
    | DealAmountChanged
    | DealExpectedCloseChanged
    | DealForecastChanged
    | DealChecklistItemTicked
    | DealAssigned
    | DealCorrected,
) -> Told:
    match event:
        case DealLinesChanged():
            before = {"lines": event.before, "amount": event.amount_before}
            return (
                f"Lines changed: {_listed(event.after)}",
                before,
                {"lines": event.after, "amount": event.amount_after},
            )
        case DealAmountChanged():
            return f"Amount changed{_worth(event.after)}", {"amount": event.before}, {"amount": event.after}
        case DealExpectedCloseChanged():
            day = f"Expected close is {event.after or 'open'}"
            return day, {"expected_close": event.before}, {"expected_close": event.after}
        case DealForecastChanged():
            return _forecast(event)
        case DealChecklistItemTicked():
            item = {"stage": event.stage, "item": event.item}
            what = f"{'Done' if event.done else 'Not done after all'}: {event.item} ({event.stage})"
            return what, {**item, "done": not event.done}, {**item, "done": event.done}
        case DealAssigned():
            who = "Assigned" if event.owner_id else "Left without an owner"
            return who, {"owner_id": event.previous_owner_id}, {"owner_id": event.owner_id}
        case DealCorrected():
            was = {field: change.before for field, change in event.changes.items()}
            now = {field: change.after for field, change in event.changes.items()}
            return f"Corrected: {', '.join(event.changes)}", was, now
        case _:
            assert_never(event)


def _forecast(event: DealForecastChanged) -> Told:
    words = (event.category_after, None if event.probability_after is None else f"{event.probability_after} %")
    said = ", ".join(word for word in words if word) or "as the stage says"
    before = {"forecast_category": event.category_before, "probability": event.probability_before}
    after = {"forecast_category": event.category_after, "probability": event.probability_after}
    return f"Forecast: {said}", before, after


def _given(event: DealEvent) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(event).items() if value not in (None, ())}


def _at(stage: StageRef) -> dict[str, Any]:
    return {"stage": stage}


def _judged(event: DealStageChanged | DealWon | DealLost) -> dict[str, Any]:
    """What the guards on the way said, and why rules were set aside."""
    judged = {"decisions": event.decisions, "override": event.override}
    return {name: value for name, value in judged.items() if value}


def _against(override: Override | None) -> str:
    return f" against {', '.join(override.rules)}: {override.reason}" if override else ""


def _worth(amount: Money | None) -> str:
    return f" for {amount.amount} {amount.currency}" if amount else ""


def _listed(lines: Sequence[Line]) -> str:
    return ", ".join(f"{line.quantity} x {line.product_name}" for line in lines) or "none"
