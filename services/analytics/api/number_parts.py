"""What a number is made of, as it is told: deals, changes of deals, activities and tasks, quotas; with their events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.analytics.projections.attainment import Attainment
from services.analytics.projections.contribution import Contribution
from services.analytics.projections.deal_list import CountedDeal
from services.analytics.projections.explanation import DealEvent
from services.analytics.projections.work_list import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBehind:
    """An event that a number is made of; `changes`: as far as the asker may see what it changed."""

    version: int
    event_id: UUID
    type: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealBehind:
    """A deal that a number counts, what it contributes and the events that say so."""

    deal: CountedDeal
    contribution: Contribution | None
    events: list[EventBehind]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDeal:
    """A deal that may be somebody else's by now."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBehind:
    """A change of a deal, by one event or several, and what it contributes."""

    deal: NamedDeal
    contribution: Contribution | None
    events: list[EventBehind]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkBehind:
    """An activity or task that a number counts; events: those that its customer's or deal's timeline tells."""

    work: Work
    contribution: Contribution
    events: list[EventBehind]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaBehind:
    """A quota and what it contributes; its links lead to the deals that count for it."""

    quota: Attainment
    contribution: Contribution


PartBehind = DealBehind | ChangeBehind | WorkBehind | QuotaBehind
ONE = Contribution(value="1")


def told(event: DealEvent, changes: dict[str, Any] | None = None) -> EventBehind:
    """An event of a deal, with other changes than its own where the asker may not see all of them."""
    plain = ("version", "event_id", "type", "actor", "occurred_at", "recorded_at")
    named = {name: getattr(event, name) for name in plain}
    return EventBehind(changes=dict(event.changes) if changes is None else changes, **named)
