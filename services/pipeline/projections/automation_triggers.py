"""What makes an automation due, event by event and without a database; due_automations.py keeps the result.

Entering and leaving a stage makes the stage's automations due at once, on the version that the deal was on. Idle ones
are due so many days after the last change by anybody but an automation; each such change begins the silence anew, and
within one silence they run once. Nothing follows from history that is written down more than a day later (imports),
from a migration, or from a deleted deal. What an automation does never makes another one due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

import msgspec

from services.pipeline.domain.deal.events import (
    DealAutomationRan,
    DealDeleted,
    DealLost,
    DealMigrated,
    DealOpened,
    DealReopened,
    DealRestored,
    DealStageChanged,
    DealWon,
)
from services.pipeline.domain.sales_process.drawing import Automation, Stage
from shared.eventstore.recorded import Recorded

ACTOR = "automation"
"""The actor of everything that an automation does."""

HISTORY = timedelta(days=1)

Turning = (
    DealOpened
    | DealStageChanged
    | DealWon
    | DealLost
    | DealReopened
    | DealMigrated
    | DealDeleted
    | DealRestored
    | DealAutomationRan
)
TURNING: Mapping[str, msgspec.json.Decoder[Turning]] = MappingProxyType(
    {
        event.__name__: msgspec.json.Decoder(event)
        for event in (
            DealOpened,
            DealStageChanged,
            DealWon,
            DealLost,
            DealReopened,
            DealMigrated,
            DealDeleted,
            DealRestored,
            DealAutomationRan,
        )
    }
)
"""The events whose content matters; of all others it matters that they happened."""

AUTOMATION = msgspec.json.Decoder(Automation)

Drawings = Mapping[tuple[UUID, int], Mapping[str, Stage]]
Key = tuple[UUID, str, str, int]
Turn = tuple[UUID, str, str]


@dataclass(frozen=True, slots=True)
class Watched:
    """Where a deal is; `waiting`: whether any automation of it is due now or later."""

    id: UUID
    process_id: UUID
    process_version: int
    stage: str
    deleted: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """An automation of a deal that is to run from `due_at` on.

    `trigger_version`, `event_id`, `correlation_id`: of the event that set it off; `place`: its turn among those that
    the same event set off; `automation` is the JSON of the drawn one.
    """

    deal_id: UUID
    stage: str
    key: str
    trigger_version: int
    place: int
    due_at: datetime
    idle: bool
    process_id: UUID
    event_id: UUID
    correlation_id: str
    automation: str

    @property
    def identity(self) -> Key:
        """What there is one of."""
        return self.deal_id, self.stage, self.key, self.trigger_version

    @property
    def drawn(self) -> Automation:
        """What the drawing says it does."""
        return AUTOMATION.decode(self.automation)


@dataclass(slots=True)
class Watch:
    """Some deals with what is due of each, carried through events in the order of the log.

    `turns`: (process, stage, automation) → the person who was chosen last.
    """

    deals: dict[UUID, Watched]
    due: dict[UUID, dict[Key, Due]]
    turns: dict[Turn, UUID] = field(default_factory=dict)

    def take(self, recorded: Recorded, drawings: Drawings) -> None:
        """Note one event of a deal; `drawings`: version → its stages with automations by key."""
        before = self.deals.get(recorded.stream_id)
        turning = TURNING.get(recorded.type)
        event = turning.decode(recorded.data) if turning else None
        after = before if event is None else self._after(before, event, recorded)
        if after is None:
            return
        self._note(recorded, drawings, before, event, after)
        waiting = bool(self.due.get(after.id))
        self.deals[after.id] = after if after.waiting == waiting else replace(after, waiting=waiting)

    def _after(self, deal: Watched | None, event: Turning, recorded: Recorded) -> Watched | None:
        """Where the deal is once this has happened; None for one whose opening is unknown."""
        if isinstance(event, DealOpened):
            return Watched(recorded.stream_id, event.process_id, event.process_version, event.stage.key)
        if deal is None:
            return None
        match event:
            case DealStageChanged():
                return replace(deal, stage=event.to_stage.key)
            case DealWon() | DealLost() | DealReopened():
                return replace(deal, stage=event.stage.key)
            case DealMigrated():
                return replace(deal, process_version=event.to_version, stage=event.to_stage.key)
            case DealDeleted() | DealRestored():
                return replace(deal, deleted=isinstance(event, DealDeleted))
            case DealAutomationRan():
                self._ran(deal, event)
                return deal
            case _:
                assert_never(event)

    def _ran(self, deal: Watched, event: DealAutomationRan) -> None:
        self.due.get(deal.id, {}).pop((deal.id, event.stage, event.automation, event.trigger_version), None)
        if event.action == "assign" and event.person_id is not None:
            self.turns[deal.process_id, event.stage, event.automation] = event.person_id

    def _note(
        self, recorded: Recorded, drawings: Drawings, before: Watched | None, event: Turning | None, after: Watched
    ) -> None:
        """Change what is due of the deal."""
        if recorded.metadata.actor == ACTOR and after == before:
            return
        self._forget(after.id, all_of_it=after.deleted)
        if recorded.metadata.actor == ACTOR or after.deleted or recorded.recorded_at - recorded.occurred_at > HISTORY:
            return
        if before is not None and isinstance(event, DealStageChanged | DealWon | DealLost | DealReopened):
            self._add(recorded, before, _of(drawings, before, "leave"), 0)
        if isinstance(event, DealOpened | DealStageChanged | DealWon | DealLost | DealReopened):
            self._add(recorded, after, _of(drawings, after, "enter"), 100)
        self._add(recorded, after, _of(drawings, after, "idle"), 200)

    def _forget(self, deal_id: UUID, *, all_of_it: bool) -> None:
        """The silence is broken; of a deleted deal nothing is due at all."""
        of_deal = self.due.get(deal_id, {})
        for key in [key for key, due in of_deal.items() if all_of_it or due.idle]:
            del of_deal[key]

    def _add(
        self, recorded: Recorded, deal: Watched, automations: Iterable[tuple[Automation, timedelta]], place: int
    ) -> None:
        for number, (automation, later) in enumerate(automations, place):
            due = Due(
                deal_id=deal.id,
                stage=deal.stage,
                key=automation.key,
                trigger_version=recorded.version,
                place=number,
                due_at=recorded.occurred_at + later,
                idle=automation.when == "idle",
                process_id=deal.process_id,
                event_id=recorded.event_id,
                correlation_id=recorded.metadata.correlation_id,
                automation=msgspec.json.encode(automation).decode(),
            )
            self.due.setdefault(deal.id, {})[due.identity] = due


def _of(drawings: Drawings, deal: Watched, when: str) -> Iterable[tuple[Automation, timedelta]]:
    """The automations of the deal's stage with how long they wait."""
    stage = drawings.get((deal.process_id, deal.process_version), {}).get(deal.stage)
    if stage is None or (when == "idle" and not stage.idle_days):
        return ()
    later = timedelta(days=stage.idle_days or 0) if when == "idle" else timedelta(0)
    return [(automation, later) for automation in stage.automations if automation.when == when]
