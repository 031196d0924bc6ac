"""What an automation of the drawn process does to a deal: the fact that it ran, and its effect in the same append.

Everything that depends on the world is decided outside and comes in with the command: the day, whom it chose, and why
it cannot do its work. Running it again for the same trigger says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, assert_never, get_args
from uuid import UUID

from services.pipeline.domain.deal.events import (
    Change,
    DealAssigned,
    DealAutomationRan,
    DealCorrected,
    DealEvent,
    DealExpectedCloseChanged,
    DealForecastChanged,
    DealNotificationRequested,
)
from services.pipeline.domain.deal.state import Content, LivingDeal, OpenedDeal
from services.pipeline.domain.sales_process.drawing import (
    Action,
    AssignOwner,
    Automation,
    CreateTask,
    ForecastCategory,
    Notify,
    SetField,
)
from shared.domain import Command

MOST_RUNS = 500
MOST_DAYS = 3650
ENDLESS = f"{MOST_RUNS} automations have run on this deal: it goes round in circles, and nothing more is done"
CLOSED = "The deal is decided; its forecast and expected close stay as they are"
FORECASTS: dict[str, ForecastCategory] = {
    category: category for category in get_args(ForecastCategory) if category != "closed"
}

Kind = Literal["create_task", "set_field", "assign", "notify"]
Effect = tuple[str, Sequence[DealEvent]]


class RunAutomation(Command, frozen=True, kw_only=True):
    """Let an automation of a stage do its work, once per trigger (see DealAutomationRan).

    `day`: the company's day on which it was due; `person_id`: who becomes the owner or is to do the task; `task_id`:
    the task that is created beside this; `hindered`: why its work cannot be done.
    """

    automation: Automation
    stage: str
    trigger_version: int
    day: date
    person_id: UUID | None = None
    task_id: UUID | None = None
    hindered: str | None = None


class NotDone(Exception):
    """Why nothing is done; it becomes the detail of the fact."""


def kind_of(action: Action) -> Kind:
    """The name of an action as facts have it."""
    match action:
        case CreateTask():
            return "create_task"
        case SetField():
            return "set_field"
        case AssignOwner():
            return "assign"
        case Notify():
            return "notify"
        case _:
            assert_never(action)


def has_run(content: Content, command: RunAutomation) -> bool:
    """Whether it has done its work for this trigger already."""
    return (command.stage, command.automation.key, command.trigger_version) in content.ran


def run(deal: LivingDeal, command: RunAutomation) -> Sequence[DealEvent]:
    """The fact that it ran, or could not, and what follows from it."""
    if has_run(deal.content, command):
        return []
    try:
        detail, effects = _effect(deal, command)
    except NotDone as reason:
        return [_ran(command, str(reason), done=False)]
    return [_ran(command, detail, done=True), *effects]


def _ran(command: RunAutomation, detail: str, *, done: bool) -> DealAutomationRan:
    automation = command.automation
    return DealAutomationRan(
        automation=automation.key,
        stage=command.stage,
        when=automation.when,
        action=kind_of(automation.action),
        trigger_version=command.trigger_version,
        done=done,
        reason=automation.reason,
        detail=detail,
        task_id=command.task_id if done else None,
        person_id=command.person_id if done else None,
    )


def _effect(deal: LivingDeal, command: RunAutomation) -> Effect:
    """What it did in words, and the events of it; raises NotDone."""
    if command.hindered is not None:
        raise NotDone(command.hindered)
    if len(deal.content.ran) >= MOST_RUNS:
        raise NotDone(ENDLESS)
    action = command.automation.action
    match action:
        case CreateTask():
            return f"Created the task {action.title!r}", []
        case SetField():
            return _set_field(deal, action, command.day)
        case AssignOwner():
            return _assign(deal.content, command.person_id)
        case Notify():
            return _notify(deal.content, command.automation.key, action)
        case _:
            assert_never(action)


def _assign(content: Content, person_id: UUID | None) -> Effect:
    if person_id == content.owner_id:
        return "The deal belongs to the chosen person already", []
    return "Assigned the deal", [DealAssigned(owner_id=person_id, previous_owner_id=content.owner_id)]


def _notify(content: Content, key: str, action: Notify) -> Effect:
    request = DealNotificationRequested(
        automation=key,
        text=action.text,
        deal_name=content.name,
        owner_id=content.owner_id,
        to_owner=action.owner,
        to_team=action.team,
        people=action.people,
    )
    return "Asked to notify", [request]


def _set_field(deal: LivingDeal, action: SetField, day: date) -> Effect:
    content = deal.content
    match action.field:
        case "source" | "region":
            changed = _corrected(content, action.field, action.value)
        case "expected_close_in_days":
            changed = _closes(_undecided(deal), None if action.value is None else day + _days(action.value))
        case "forecast_category":
            changed = _forecast(_undecided(deal), action.value)
        case _:
            raise NotDone(f"No automation can set the field {action.field!r}")
    return (f"Set {action.field}" if changed else f"{action.field} was so already"), changed


def _undecided(deal: LivingDeal) -> Content:
    if not isinstance(deal, OpenedDeal):
        raise NotDone(CLOSED)
    return deal.content


def _corrected(content: Content, field: Literal["source", "region"], value: str | None) -> Sequence[DealEvent]:
    before = content.source if field == "source" else content.region
    return [] if before == value else [DealCorrected(changes={field: Change(before=before, after=value)})]


def _closes(content: Content, day: date | None) -> Sequence[DealEvent]:
    before = content.expected_close
    return [] if before == day else [DealExpectedCloseChanged(before=before, after=day)]


def _days(value: str) -> timedelta:
    if not value.isascii() or not value.isdecimal() or int(value) > MOST_DAYS:
        raise NotDone(f"{value!r} is not a number of days from 0 to {MOST_DAYS}")
    return timedelta(days=int(value))


def _forecast(content: Content, value: str | None) -> Sequence[DealEvent]:
    if value is not None and value not in FORECASTS:
        raise NotDone(f"{value!r} is not a forecast category of a deal that is not decided")
    before, after = content.forecast_category, FORECASTS[value] if value else None
    if before == after:
        return []
    probability = content.probability
    return [
        DealForecastChanged(
            category_before=before,
            category_after=after,
            probability_before=probability,
            probability_after=probability,
        )
    ]
