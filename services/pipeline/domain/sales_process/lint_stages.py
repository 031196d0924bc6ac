"""Checks of the stages of a drawing: names, categories, required fields, checklists and automations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import assert_never

from services.pipeline.domain.sales_process.definition import CLOSED
from services.pipeline.domain.sales_process.drawing import (
    AssignOwner,
    Automation,
    CreateTask,
    Drawing,
    Notify,
    SetField,
    Stage,
)
from services.pipeline.domain.sales_process.fields import REQUIRABLE, unsettable
from services.pipeline.domain.sales_process.finding import Finding

PERCENT = range(101)


def stage_findings(drawing: Drawing) -> Iterator[Finding]:
    """What is wrong with the stages, and with the names that they share with decisions."""
    yield from _category_findings(drawing.stages)
    yield from _name_findings(drawing)
    for stage in drawing.stages:
        yield from _one_stage(stage)
        for automation in stage.automations:
            yield from _automation_findings(stage, automation)


def repeated(words: Iterable[str]) -> list[str]:
    """The words that occur more than once."""
    return [word for word, times in Counter(words).items() if times > 1]


def _category_findings(stages: tuple[Stage, ...]) -> Iterator[Finding]:
    categories = Counter(stage.category for stage in stages)
    if categories["won"] != 1:
        yield Finding("won-stage", f"There must be exactly one won stage, not {categories['won']}.")
    if not categories["lost"]:
        yield Finding("lost-stage-missing", "There must be at least one lost stage.")
    if not categories["open"]:
        yield Finding("open-stage-missing", "There must be at least one open stage.")


def _name_findings(drawing: Drawing) -> Iterator[Finding]:
    named = [*((stage.key, stage.name) for stage in drawing.stages), *((d.key, d.name) for d in drawing.decisions)]
    for key in repeated(key for key, _ in named):
        yield Finding("key-repeated", f"The key {key!r} is used more than once.", key)
    for name in repeated(spoken(name) for _, name in named):
        yield Finding("name-repeated", f"The name {name!r} is used more than once.")
    for key, name in named:
        if not key.strip() or not name.strip():
            kind = "Stage" if any(stage.key == key for stage in drawing.stages) else "Decision"
            yield Finding("name-missing", f"{kind} {key!r} needs a key and a name.", key)


def spoken(name: str) -> str:
    """Names that are read alike are one name."""
    return name.strip().casefold()


def _one_stage(stage: Stage) -> Iterator[Finding]:
    if stage.probability not in PERCENT:
        yield Finding("probability", f"The probability of {stage.key!r} is not 0 to 100.", stage.key)
    for field in stage.required:
        if field not in REQUIRABLE:
            said = f"Stage {stage.key!r} requires {field!r}; a stage can require {', '.join(REQUIRABLE)}."
            yield Finding("required-field-unknown", said, stage.key)
    if stage.category in CLOSED and (stage.sla_days or stage.idle_days):
        yield Finding("closed-stage-timed", f"A deal never gets too old in {stage.key!r}: it is decided.", stage.key)
    keys = [*(item.key for item in stage.checklist), *(f"{each.key} (automation)" for each in stage.automations)]
    for key in repeated([*keys, *(f"{field} (required)" for field in stage.required)]):
        yield Finding("key-repeated", f"Stage {stage.key!r} has {key!r} more than once.", stage.key)


def _automation_findings(stage: Stage, automation: Automation) -> Iterator[Finding]:
    named = f"Automation {automation.key!r} of stage {stage.key!r}"
    if not automation.reason.strip():
        yield Finding("automation-reason-missing", f"{named} needs a reason.", stage.key)
    if automation.when == "idle" and (not stage.idle_days or stage.category in CLOSED):
        yield Finding("automation-never-runs", f"{named} waits for idle days that the stage does not have.", stage.key)
    missed = _action_missed(automation.action)
    if missed is not None:
        yield Finding("automation-action", f"{named}: {missed}.", stage.key)


def _action_missed(action: CreateTask | SetField | AssignOwner | Notify) -> str | None:
    match action:
        case CreateTask():
            return None if action.title.strip() else "a task needs a title"
        case SetField():
            return unsettable(action.field, action.value)
        case AssignOwner():
            return None if action.people or action.team_id else "nobody is named who could become the owner"
        case Notify():
            told = action.owner or action.team or action.people
            return None if told and action.text.strip() else "a notification needs a text and somebody to read it"
        case _:
            assert_never(action)
