"""A process version tried on the past: what of a deal's history it would have refused, or automated otherwise.

Nothing is decided anew and nothing happens: every event that was recorded is held against the version, with the deal
as it was just before it and the event's own time. Trying the very version that a deal ran on finds nothing but what
somebody overrode.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from services.pipeline.domain.deal.events import (
    DealEvent,
    DealLost,
    DealMigrated,
    DealOpened,
    DealReopened,
    DealStageChanged,
    DealWon,
    GuardDecision,
)
from services.pipeline.domain.deal.hurdles import fields_missing, hurdles, missing
from services.pipeline.domain.deal.refusals import (
    FieldsMissing,
    GuardNotPassed,
    MoveNotAllowed,
    StageNotLost,
    StageNotOpen,
    UseLose,
    UseWin,
)
from services.pipeline.domain.deal.state import Content, Deal, NoDeal, content_of, dated, evolve, living
from services.pipeline.domain.sales_process.definition import CLOSED, Definition
from services.pipeline.domain.sales_process.drawing import Stage
from shared.errors import DomainError

Kind = Literal["refused", "stage_unknown", "automated", "not_automated"]
Step = DealStageChanged | DealWon | DealLost


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a deal as it was recorded; `version` is the deal's after it; `automatic`: an automation's doing."""

    version: int
    event: DealEvent
    at: datetime
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What would have been otherwise at one event.

    `step`: from->to in stages of the tried version, or of the deal's own where it has none; `rule`: the refusal's code,
    or the automation's key; `fields`: what was missing; `guards`: what every guard in the way said;
    `overridden`: the same rule was set aside in reality too.
    """

    version: int
    at: datetime
    kind: Kind
    step: str
    rule: str
    detail: str
    fields: tuple[str, ...] = ()
    guards: tuple[GuardDecision, ...] = ()
    overridden: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """A version, the period [begin, end) and which stage of it takes the place of which other one."""

    definition: Definition
    begin: datetime
    end: datetime
    stages: Mapping[str, str] = field(default_factory=dict)

    def stage(self, key: str) -> Stage | None:
        """The tried version's stage for one that a deal was in."""
        return self.definition.stage(self.stages.get(key, key))

    def covers(self, at: datetime) -> bool:
        """Whether this moment belongs to the period."""
        return self.begin <= at < self.end


def refusals(attempt: Attempt, history: Sequence[Happened]) -> Iterator[Finding]:
    """What the version would have refused of one deal's history, which is given from its beginning."""
    deal: Deal = NoDeal()
    for happened in history:
        if attempt.covers(happened.at):
            yield from _held_against(attempt, deal, happened)
        deal = dated(evolve(deal, happened.event), happened.event, happened.at)


def _held_against(attempt: Attempt, before: Deal, happened: Happened) -> Iterator[Finding]:
    match happened.event:
        case DealOpened() as opened:
            yield from _opening(attempt, happened, opened)
        case DealStageChanged() | DealWon() | DealLost() as step:
            yield from _step(attempt, living(before).content, happened, step)
        case DealReopened(stage=stage) | DealMigrated(to_stage=stage):
            yield from _open_stage(attempt, happened, stage.key)
        case _:
            return


def _opening(attempt: Attempt, happened: Happened, opened: DealOpened) -> Iterator[Finding]:
    yield from _open_stage(attempt, happened, opened.stage.key)
    there = attempt.stage(opened.stage.key)
    lacking = missing(there, content_of(opened)) if there else ()
    if there and lacking:
        yield _refused(happened, f"->{there.key}", fields_missing(there, lacking))


def _open_stage(attempt: Attempt, happened: Happened, key: str) -> Iterator[Finding]:
    there = attempt.stage(key)
    if there is None:
        yield _unknown(attempt, happened, f"->{key}", key)
    elif there.category in CLOSED:
        yield _refused(happened, f"->{there.key}", StageNotOpen())


def _step(attempt: Attempt, content: Content, happened: Happened, step: Step) -> Iterator[Finding]:
    from_key, to_key = step.from_stage.key, _entered(step)
    here, there = attempt.stage(from_key), _target(attempt, step)
    named = f"{here.key if here else from_key}->{there.key if there else to_key}"
    unknown = [key for key, stage in ((from_key, here), (to_key, there)) if stage is None]
    yield from (_unknown(attempt, happened, named, key) for key in unknown)
    if here and there and here.key != there.key:
        as_then = _as_then(attempt, content, here, step)
        found = _refused_by(attempt, here, there, as_then, happened)
        yield from (_refused(happened, named, error, guards) for error, guards in found)


def _refused_by(
    attempt: Attempt, here: Stage, there: Stage, content: Content, happened: Happened
) -> Iterator[tuple[DomainError, tuple[GuardDecision, ...]]]:
    if (misplaced := _misplaced(there, happened.event)) is not None:
        yield misplaced, ()
    elif not attempt.definition.allows(here.key, there.key):
        yield MoveNotAllowed(f"There is no move from {here.name!r} to {there.name!r}."), ()
    else:
        met = hurdles(attempt.definition, here, there, content, happened.at)
        yield from ((error, met.decisions if isinstance(error, GuardNotPassed) else ()) for error in met.refusals())


def _misplaced(there: Stage, event: DealEvent) -> DomainError | None:
    """A stage map may send a move to where a deal is only won or lost, and a loss to where none is lost."""
    if isinstance(event, DealStageChanged) and there.category in CLOSED:
        return UseWin() if there.category == "won" else UseLose()
    if isinstance(event, DealLost) and there.category != "lost":
        return StageNotLost()
    return None


def _target(attempt: Attempt, step: Step) -> Stage | None:
    """A version has one won stage, whatever it is called."""
    return attempt.definition.first("won") if isinstance(step, DealWon) else attempt.stage(_entered(step))


def _entered(step: Step) -> str:
    return step.to_stage.key if isinstance(step, DealStageChanged) else step.stage.key


def _as_then(attempt: Attempt, content: Content, here: Stage, step: Step) -> Content:
    """What the deal had when it was decided: its final amount, and what was done in the stage that `here` replaces."""
    done = {(here.key, item) for key, item in content.done if attempt.stages.get(key, key) == here.key}
    amount = step.amount if isinstance(step, DealWon) else content.amount
    return replace(content, amount=amount, done=frozenset(done))


def _refused(happened: Happened, step: str, error: DomainError, guards: tuple[GuardDecision, ...] = ()) -> Finding:
    event = happened.event
    override = event.override if isinstance(event, DealStageChanged | DealWon | DealLost) else None
    lacking = error.blames if isinstance(error, FieldsMissing) else {}
    return Finding(
        version=happened.version,
        at=happened.at,
        kind="refused",
        step=step,
        rule=error.code,
        detail=error.message,
        fields=tuple(pointer.removeprefix("/") for pointer in lacking),
        guards=guards,
        overridden=override is not None and error.code in override.rules,
    )


def _unknown(attempt: Attempt, happened: Happened, step: str, key: str) -> Finding:
    mapped = attempt.stages.get(key, key)
    return Finding(
        version=happened.version,
        at=happened.at,
        kind="stage_unknown",
        step=step,
        rule="stage-unknown",
        detail=f"Version {attempt.definition.version} has no stage {mapped!r}.",
    )
