"""What stands between a deal and a stage: fields it must have, what must be done first, and guards on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.pipeline.domain.deal.events import GuardDecision
from services.pipeline.domain.deal.facts import facts_of
from services.pipeline.domain.deal.refusals import ChecklistNotDone, FieldsMissing, GuardNotPassed
from services.pipeline.domain.deal.state import Content
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import ChecklistItem, Stage
from services.pipeline.domain.sales_process.fields import REQUIRABLE
from services.pipeline.domain.sales_process.passage import Decided, passage
from shared.errors import Rejected


@dataclass(frozen=True, slots=True)
class Hurdles:
    """What a deal lacks on its way to the stage `there`, and what every guard that had a say decided.

    `missing`: required fields; `undone`: required items of the present stage's checklist; `shut`: why no way is open, a
    sentence for every arrow that cannot be taken. Nothing of it is about which arrows there are.
    """

    there: Stage
    missing: tuple[str, ...] = ()
    undone: tuple[ChecklistItem, ...] = ()
    decisions: tuple[GuardDecision, ...] = ()
    shut: tuple[str, ...] = ()

    def refusals(self) -> list[Rejected]:
        """One refusal per rule that is not kept; none = the way is free."""
        found: list[Rejected] = []
        if self.missing:
            found.append(fields_missing(self.there, self.missing))
        if self.undone:
            found.append(checklist_not_done(self.undone))
        if self.shut:
            found.append(guard_not_passed(self.shut, self.decisions))
        return found


def hurdles(definition: Definition, here: Stage, there: Stage, content: Content, now: datetime) -> Hurdles:
    """Everything that a deal with this content meets on its way along the arrows from `here` to `there`, at `now`."""
    passed = passage(definition, here.key, there.key, facts_of(content, here, now))
    return Hurdles(
        there,
        missing(there, content),
        undone(here, content.done) if is_forward(definition, here, there) else (),
        tuple(_decision(definition, decided) for decided in passed.decided),
        () if passed.way else passed.reasons or ("No way is open.",),
    )


def missing(stage: Stage, content: Content) -> tuple[str, ...]:
    """The fields that the stage requires and the deal does not have: not set, or no lines."""
    return tuple(field for field in stage.required if field in REQUIRABLE and getattr(content, field) in (None, "", ()))


def undone(stage: Stage, done: frozenset[tuple[str, str]]) -> tuple[ChecklistItem, ...]:
    """The required items of the stage's checklist that are not ticked."""
    return tuple(item for item in stage.checklist if item.required and (stage.key, item.key) not in done)


def is_forward(definition: Definition, here: Stage, there: Stage) -> bool:
    """Whether the deal makes progress: to the won stage, or to an open one that comes later; pausing is none."""
    if there.category != "open":
        return there.category == "won"
    return definition.rank(there.key) > definition.rank(here.key)


def fields_missing(stage: Stage, fields: tuple[str, ...]) -> FieldsMissing:
    """The refusal that names every missing field, so that somebody can be asked to fill them in."""
    blames = {f"/{field}": f"{stage.name} requires {field}." for field in fields}
    return FieldsMissing(f"{stage.name!r} is entered only with {', '.join(fields)}.", blames=blames)


def checklist_not_done(items: tuple[ChecklistItem, ...]) -> ChecklistNotDone:
    """The refusal that names every required item that is not done."""
    blames = {f"/checklist/{item.key}": item.text for item in items}
    return ChecklistNotDone(f"To be done first: {'; '.join(blames.values())}", blames=blames)


def guard_not_passed(reasons: tuple[str, ...], decisions: tuple[GuardDecision, ...]) -> GuardNotPassed:
    """The refusal that says why no way is open, and of every guard that was asked what it is and what it said."""
    blames = {f"/guards/{decision.move}": f"{decision.guard}: {_said(decision)}" for decision in decisions}
    return GuardNotPassed(" ".join(reasons), blames=blames)


def _said(decision: GuardDecision) -> str:
    """A guard that holds is in the way too where the arrow wanted is only the default beside it."""
    return decision.reason or "so it is."


def _decision(definition: Definition, decided: Decided) -> GuardDecision:
    said = decided.judgement
    return GuardDecision(
        move=decided.move,
        process_version=definition.version,
        guard=said.guard,
        inputs=said.inputs,
        passed=said.passed,
        reason=said.reason,
    )
