"""What a metric answers to a wish: versions are proposed, rebuilt beside the live one, swapped in or dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from services.analytics.domain.metric.base_counts import called, unit_of
from services.analytics.domain.metric.commands import (
    DefineMetric,
    DropRedefinition,
    MetricCommand,
    ProposeRedefinition,
    RecordRebuild,
    SwapVersion,
)
from services.analytics.domain.metric.events import (
    MetricDefined,
    MetricEvent,
    MetricRedefinitionDropped,
    MetricRedefinitionProposed,
    MetricVersionRebuilt,
    MetricVersionSwapped,
)
from services.analytics.domain.metric.formula import parsed, printed
from shared.domain import Decider
from shared.errors import Conflict, Invalid, NotFound

Stand = Literal["proposed", "rebuilt", "dropped"]


@dataclass(frozen=True, slots=True)
class NoMetric:
    """Nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class Version:
    """One formula; `was_live`: it is or once was the live one."""

    formula: str
    stand: Stand = "proposed"
    was_live: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric, its unit and its versions by number."""

    unit: str
    live: int
    versions: Mapping[int, Version]


State = NoMetric | Metric


class MetricNotFound(NotFound):
    """There is no such metric."""

    code = "metric-not-found"


class MetricExists(Conflict):
    """A metric with this key exists already; propose a redefinition."""

    code = "metric-exists"


class MetricVersionNotFound(Invalid):
    """The metric has no such version, or it was dropped."""

    code = "metric-version-not-found"


class SameFormula(Conflict):
    """A version that was not dropped has this formula already."""

    code = "same-formula"


class UnitChanged(Invalid):
    """A redefinition keeps the unit of the metric; another unit is another metric."""

    code = "unit-changed"


class VersionNotRebuilt(Conflict):
    """Only a version whose values were made over all history can be swapped in."""

    code = "version-not-rebuilt"


class VersionWasLive(Conflict):
    """A version that is or was the live one stays readable; only proposals can be dropped."""

    code = "version-was-live"


class ReasonMissing(Invalid):
    """Say why."""

    code = "reason-missing"


def decide(metric: State, command: MetricCommand) -> Sequence[MetricEvent]:
    """Answer a wish."""
    match command:
        case DefineMetric():
            return define(metric, command)
        case ProposeRedefinition():
            return propose(existing(metric), command)
        case RecordRebuild():
            return rebuilt(existing(metric), command)
        case SwapVersion():
            return swap(existing(metric), command)
        case DropRedefinition():
            return drop(existing(metric), command)
        case _:
            assert_never(command)


def existing(metric: State) -> Metric:
    """The metric; raises MetricNotFound."""
    if isinstance(metric, NoMetric):
        raise MetricNotFound
    return metric


def define(metric: State, command: DefineMetric) -> Sequence[MetricEvent]:
    """Once per key; raises what is wrong with the formula."""
    if not isinstance(metric, NoMetric):
        raise MetricExists(field="/key")
    formula = parsed(command.formula)
    plain = {name: getattr(command, name) for name in ("key", "name", "name_zh", "author")}
    said = {"formula": printed(formula), "unit": called(unit_of(formula)), "reason": _said(command.reason)}
    return [MetricDefined(**plain, **said)]


def propose(metric: Metric, command: ProposeRedefinition) -> Sequence[MetricEvent]:
    """The next version; raises UnitChanged, SameFormula and what is wrong with the formula."""
    formula = parsed(command.formula)
    if (unit := called(unit_of(formula))) != metric.unit:
        raise UnitChanged(f"The metric is in {metric.unit}, the formula gives {unit}.", field="/formula")
    text = printed(formula)
    if any(version.formula == text and version.stand != "dropped" for version in metric.versions.values()):
        raise SameFormula(field="/formula")
    number = max(metric.versions) + 1
    reason = _said(command.reason)
    return [MetricRedefinitionProposed(version=number, formula=text, reason=reason, author=command.author)]


def rebuilt(metric: Metric, command: RecordRebuild) -> Sequence[MetricEvent]:
    """It may be made again at any time; the live one too."""
    usable(metric, command.version)
    told = {name: getattr(command, name) for name in ("version", "values", "as_of", "first_month", "last_month")}
    return [MetricVersionRebuilt(**told)]


def swap(metric: Metric, command: SwapVersion) -> Sequence[MetricEvent]:
    """In one step, also back to an older one; raises VersionNotRebuilt."""
    version = usable(metric, command.version)
    if command.version == metric.live:
        return []
    if version.stand != "rebuilt":
        raise VersionNotRebuilt(field="/version")
    return [MetricVersionSwapped(before=metric.live, after=command.version, reason=_said(command.reason))]


def drop(metric: Metric, command: DropRedefinition) -> Sequence[MetricEvent]:
    """Only what was never live; raises VersionWasLive."""
    if usable(metric, command.version).was_live:
        raise VersionWasLive(field="/version")
    return [MetricRedefinitionDropped(version=command.version, reason=_said(command.reason))]


def usable(metric: Metric, number: int) -> Version:
    """A version that was not dropped; raises MetricVersionNotFound."""
    version = metric.versions.get(number)
    if version is None or version.stand == "dropped":
        raise MetricVersionNotFound(field="/version")
    return version


def evolve(metric: State, event: MetricEvent) -> State:
    """Take a fact into account."""
    match event:
        case MetricDefined():
            return Metric(event.unit, 1, {1: Version(event.formula, was_live=True)})
        case MetricRedefinitionProposed():
            return _with(existing(metric), event.version, Version(event.formula))
        case MetricVersionRebuilt():
            version = existing(metric).versions[event.version]
            return _with(existing(metric), event.version, replace(version, stand="rebuilt"))
        case MetricVersionSwapped():
            version = existing(metric).versions[event.after]
            return replace(_with(existing(metric), event.after, replace(version, was_live=True)), live=event.after)
        case MetricRedefinitionDropped():
            version = existing(metric).versions[event.version]
            return _with(existing(metric), event.version, replace(version, stand="dropped"))
        case _:
            assert_never(event)


def _with(metric: Metric, number: int, version: Version) -> Metric:
    return replace(metric, versions={**metric.versions, number: version})


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing(field="/reason")
    return reason.strip()


METRIC: Decider[State, MetricCommand, MetricEvent] = Decider(
    category="metric",
    initial=NoMetric(),
    decide=decide,
    evolve=evolve,
    events=(
        MetricDefined,
        MetricRedefinitionProposed,
        MetricVersionRebuilt,
        MetricVersionSwapped,
        MetricRedefinitionDropped,
    ),
)
