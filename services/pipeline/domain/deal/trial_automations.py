"""Which automations of a tried version a deal's history would have set off, held against those that really ran.

An automation is due when a deal enters or leaves a stage, or when nobody has changed it for its stage's idle days;
once per entry, leave or silence. What automations do breaks no silence and sets nothing off. The times of the events
count, also of those that were written down later and set nothing off in reality: the question is what the version would
have done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.pipeline.domain.deal.events import (
    DealAutomationRan,
    DealDeleted,
    DealEvent,
    DealLost,
    DealMigrated,
    DealOpened,
    DealReopened,
    DealRestored,
    DealStageChanged,
    DealWon,
)
from services.pipeline.domain.deal.trial import Attempt, Finding, Happened
from services.pipeline.domain.sales_process.drawing import (
    Action,
    AssignOwner,
    Automation,
    CreateTask,
    Notify,
    SetField,
    Stage,
)

When = Literal["enter", "leave", "idle"]
Identity = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Due:
    """An automation that would have run, and the version of the deal that sets it off."""

    automation: Automation
    stage: Stage
    trigger: int
    at: datetime

    @property
    def identity(self) -> Identity:
        """What there is one of."""
        return self.stage.key, self.automation.key, self.trigger


@dataclass(frozen=True, slots=True)
class Silence:
    """Where a deal stands and since when nothing has changed; a deleted deal is `hidden`, and nobody waits for it."""

    stage: Stage | None
    trigger: int
    since: datetime
    hidden: bool = False


def waits(attempt: Attempt) -> bool:
    """Whether the version has automations that a silence sets off, even of deals that nothing happened to."""
    return any(a.when == "idle" and stage.idle_days for stage in attempt.definition.stages for a in stage.automations)


def automations(attempt: Attempt, history: Sequence[Happened]) -> Iterator[Finding]:
    """What would have run and did not, and what ran and would not have, in the period."""
    ran = [(h, h.event, _identity(attempt, h.event)) for h in history if isinstance(h.event, DealAutomationRan)]
    due = list(_due(attempt, history))
    known, expected = {identity for _, _, identity in ran}, {each.identity for each in due}
    yield from (_would_run(each) for each in due if attempt.covers(each.at) and each.identity not in known)
    for happened, event, identity in ran:
        if attempt.covers(happened.at) and identity not in expected:
            yield _would_not_run(happened, event)


def _identity(attempt: Attempt, event: DealAutomationRan) -> Identity:
    return attempt.stages.get(event.stage, event.stage), event.automation, event.trigger_version


def _due(attempt: Attempt, history: Sequence[Happened]) -> Iterator[Due]:
    silence: Silence | None = None
    for happened in history:
        if happened.automatic:
            continue
        if silence is not None:
            yield from _idle(silence, until=happened.at)
        left, entered = _stages(attempt, happened.event)
        if left != entered:
            yield from _set_off("leave", left, happened)
            yield from _set_off("enter", entered, happened)
        silence = _after(attempt, silence, happened)
    if silence is not None:
        yield from _idle(silence, until=attempt.end)


def _stages(attempt: Attempt, event: DealEvent) -> tuple[Stage | None, Stage | None]:
    """The stages of the tried version that an event leaves and enters; a migration is no move."""
    match event:
        case DealOpened():
            return None, attempt.stage(event.stage.key)
        case DealStageChanged():
            return attempt.stage(event.from_stage.key), attempt.stage(event.to_stage.key)
        case DealWon():
            return attempt.stage(event.from_stage.key), attempt.definition.first("won")
        case DealLost() | DealReopened():
            return attempt.stage(event.from_stage.key), attempt.stage(event.stage.key)
        case _:
            return None, None


def _set_off(when: When, stage: Stage | None, happened: Happened) -> Iterator[Due]:
    for automation in stage.automations if stage else ():
        if automation.when == when and stage:
            yield Due(automation, stage, happened.version, happened.at)


def _after(attempt: Attempt, before: Silence | None, happened: Happened) -> Silence:
    """The silence that begins with a change."""
    stage, hidden = (before.stage, before.hidden) if before else (None, False)
    match happened.event:
        case DealDeleted() | DealRestored():
            hidden = isinstance(happened.event, DealDeleted)
        case DealMigrated(to_stage=seen):
            stage = attempt.stage(seen.key)
        case DealOpened() | DealStageChanged() | DealWon() | DealLost() | DealReopened():
            stage = _stages(attempt, happened.event)[1]
        case _:
            pass
    return Silence(stage, happened.version, happened.at, hidden)


def _idle(silence: Silence, until: datetime) -> Iterator[Due]:
    stage = silence.stage
    if stage is None or silence.hidden or not stage.idle_days:
        return
    at = silence.since + timedelta(days=stage.idle_days)
    if at < until:
        for automation in stage.automations:
            if automation.when == "idle":
                yield Due(automation, stage, silence.trigger, at)


def _would_run(due: Due) -> Finding:
    return Finding(
        version=due.trigger,
        at=due.at,
        kind="automated",
        step=f"{due.automation.when} {due.stage.key}",
        rule=due.automation.key,
        detail=f"Would have {spoken(due.automation.action)}. Why: {due.automation.reason}",
    )


def _would_not_run(happened: Happened, event: DealAutomationRan) -> Finding:
    return Finding(
        version=happened.version,
        at=happened.at,
        kind="not_automated",
        step=f"{event.when} {event.stage}",
        rule=event.automation,
        detail=f"Would not have run: {event.detail}",
    )


def spoken(action: Action) -> str:
    """What an action does, in words that follow 'would have'."""
    match action:
        case CreateTask():
            return f"made the task {action.title!r} due in {action.due_in_days} days"
        case SetField():
            return f"set {action.field} to {action.value!r}" if action.value is not None else f"emptied {action.field}"
        case AssignOwner():
            return "assigned the deal in turn" if action.how == "round_robin" else "assigned it to the least loaded"
        case Notify():
            return f"notified: {action.text}"
