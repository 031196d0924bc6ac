"""Why something about a deal is as it is: its events newest first, what each changed, and what caused it; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.deal_history import category_of
from services.analytics.upstream import StageRef

Aspect = Literal["owner", "stage", "amount", "expected_close", "forecast"]

# What an automation's action may have done: the events of its effect follow it in the same append.
EFFECTS = {
    "assign": {"DealAssigned"},
    "set_field": {"DealCorrected", "DealExpectedCloseChanged", "DealForecastChanged"},
    "notify": {"DealNotificationRequested"},
}
DEFINED_IN = {
    "owner": "The owner named by the last event that names one.",
    "stage": "The stage that the last opening, move, win, loss, reopening or migration went to.",
    "amount": "The amount set by the last event that sets one: opening, lines, amount or win.",
    "expected_close": "The day set by the last event that sets one.",
    "forecast": (
        "Category and probability: while the deal is open somebody's own view where one was set and not taken back, "
        "it survives moves; else the present stage's."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DealEvent:
    """A row of `deal_event`."""

    deal_id: UUID
    version: int
    event_id: UUID
    type: str
    actor: str
    on_behalf_of: str | None
    correlation_id: str
    causation_id: str | None
    occurred_at: datetime
    recorded_at: datetime
    changes: Mapping[str, Any]
    reasons: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What made an event happen; `known` False = an event of another stream that is not a deal's.

    `how`: caused (named by the event), automation (an automation of the process did it), trigger (what set that off).
    """

    how: Literal["caused", "automation", "trigger"]
    event_id: str
    known: bool
    type: str | None = None
    deal_id: UUID | None = None
    version: int | None = None
    actor: str | None = None
    occurred_at: datetime | None = None
    reasons: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One event of the chain, with the value before and after it and what led to it, the nearest cause first."""

    version: int
    event_id: UUID
    type: str
    actor: str
    on_behalf_of: str | None
    correlation_id: str
    occurred_at: datetime
    recorded_at: datetime
    before: Any
    after: Any
    reasons: Mapping[str, Any]
    causes: list[Cause]


@dataclass(frozen=True, slots=True)
class History:
    """A deal's events in their order, and the events of deals that others name as their cause, by id."""

    events: Sequence[DealEvent]
    others: Mapping[str, DealEvent]


def chain(history: History, aspect: Aspect) -> list[Link]:
    """The events that have set this aspect, newest first; `before` of each is `after` of the next."""
    links: list[Link] = []
    value: Any = None
    for event in history.events:
        after = value_after(value, event, aspect)
        if after is not _UNTOUCHED:
            links.append(_link(history, event, value, after))
            value = after
    shown = links if aspect != "forecast" else [_as_forecast(link) for link in links]
    return shown[::-1]


_UNTOUCHED: Any = object()


def value_after(value: Any, event: DealEvent, aspect: Aspect) -> Any:
    """What the aspect is after the event; _UNTOUCHED where the event does not set it."""
    if aspect == "forecast":
        return _forecast_after(value or {"stage": {}, "own": {}}, event)
    change = event.changes.get(aspect)
    return change["after"] if change is not None else _UNTOUCHED


def _forecast_after(value: Mapping[str, Any], event: DealEvent) -> Any:
    if "forecast" in event.changes:
        return {**value, "own": event.changes["forecast"]["after"]}
    if "stage" in event.changes:
        return {**value, "stage": event.changes["stage"]["after"]}
    return _UNTOUCHED


def _as_forecast(link: Link) -> Link:
    named = {name: getattr(link, name) for name in Link.__slots__}
    return Link(**named | {"before": _forecast(link.before), "after": _forecast(link.after)})


def _forecast(value: Mapping[str, Any] | None) -> Any:
    """What counts of the two views, and whose each part is; somebody's own counts while the deal is open."""
    if value is None or not value["stage"]:
        return None
    stage = StageRef(**value["stage"])
    own = value["own"] if stage.category not in ("won", "lost") else {}
    is_set = own.get("probability") is not None
    return {
        "category": own.get("category") or category_of(stage),
        "category_from": "own" if own.get("category") else "stage",
        "probability": own["probability"] if is_set else stage.probability,
        "probability_from": "own" if is_set else "stage",
        "stage": stage.key,
    }


def _link(history: History, event: DealEvent, before: Any, after: Any) -> Link:
    plain = ("version", "event_id", "type", "actor", "on_behalf_of", "correlation_id", "occurred_at", "recorded_at")
    named = {name: getattr(event, name) for name in plain}
    causes = causes_of(history, event)
    return Link(before=before, after=after, reasons=event.reasons, causes=causes, **named)


def causes_of(history: History, event: DealEvent) -> list[Cause]:
    """What led to an event, back to the first that is known to nobody or was somebody's own doing."""
    found: list[Cause] = []
    seen = {str(event.event_id)}
    here: DealEvent | None = event
    while here is not None:
        cause, here = _cause(history, here)
        if cause is None or cause.event_id in seen:
            break
        seen.add(cause.event_id)
        found.append(cause)
    return found


def _cause(history: History, event: DealEvent) -> tuple[Cause | None, DealEvent | None]:
    automation = _automation(history, event)
    if automation is not None:
        return _told("automation", automation), automation
    trigger = _trigger(history, event)
    if trigger is not None:
        return _told("trigger", trigger), trigger
    if event.causation_id is None:
        return None, None
    named = history.others.get(event.causation_id)
    if named is None:
        return Cause(how="caused", event_id=event.causation_id, known=False), None
    return _told("caused", named), named


def _automation(history: History, event: DealEvent) -> DealEvent | None:
    """The automation of the same append whose effect this is."""
    for before in reversed(history.events[: event.version - 1]) if _is_own(history, event) else ():
        if (before.correlation_id, before.recorded_at) != (event.correlation_id, event.recorded_at):
            return None
        if before.type == "DealAutomationRan" and before.reasons.get("done"):
            return before if event.type in EFFECTS.get(before.reasons["action"], ()) else None
    return None


def _trigger(history: History, event: DealEvent) -> DealEvent | None:
    """What set an automation off."""
    number = event.reasons.get("trigger_version")
    if event.type != "DealAutomationRan" or number is None or not _is_own(history, event):
        return None
    return history.events[number - 1] if 1 <= number < event.version else None


def _is_own(history: History, event: DealEvent) -> bool:
    return bool(history.events) and history.events[0].deal_id == event.deal_id


def _told(how: Literal["caused", "automation", "trigger"], event: DealEvent) -> Cause:
    return Cause(
        how=how,
        event_id=str(event.event_id),
        known=True,
        type=event.type,
        deal_id=event.deal_id,
        version=event.version,
        actor=event.actor,
        occurred_at=event.occurred_at,
        reasons=event.reasons,
    )
