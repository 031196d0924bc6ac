"""A sales process: versions are drafted, checked and published; a published one never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.pipeline.domain.naming import named
from services.pipeline.domain.sales_process.commands import (
    CreateSalesProcess,
    DraftSalesProcessVersion,
    PublishSalesProcessVersion,
    SalesProcessCommand,
)
from services.pipeline.domain.sales_process.definition import every_move
from services.pipeline.domain.sales_process.events import (
    SalesProcessCreated,
    SalesProcessEvent,
    SalesProcessVersionDrafted,
    SalesProcessVersionPublished,
)
from services.pipeline.domain.sales_process.lint import faults
from shared.domain import Decider
from shared.errors import Conflict, NotFound, Rejected


class ProcessExists(Conflict):
    """There is a sales process with this id already."""

    code = "process-exists"


class ProcessMissing(NotFound):
    """There is no such sales process."""

    code = "process-not-found"


class VersionMissing(NotFound):
    """The sales process has no version with this number."""

    code = "process-version-not-found"


class VersionIsPublished(Rejected):
    """The version is published already; a published version never changes."""

    code = "process-version-is-published"


class ProcessNotSound(Rejected):
    """The drawing has faults that would strand deals."""

    code = "process-not-sound"


@dataclass(frozen=True, slots=True)
class Version:
    """A draft, or a published drawing."""

    drafted: SalesProcessVersionDrafted
    published: bool = False


@dataclass(frozen=True, slots=True)
class NoProcess:
    """Nothing has been created under this id."""


@dataclass(frozen=True, slots=True)
class NamedProcess:
    """A process and its versions; number n stands at place n - 1."""

    name: str
    versions: tuple[Version, ...] = ()


SalesProcess = NoProcess | NamedProcess


def decide(process: SalesProcess, command: SalesProcessCommand) -> Sequence[SalesProcessEvent]:
    """What a wish leads to."""
    match command:
        case CreateSalesProcess():
            return _create(process, command)
        case DraftSalesProcessVersion():
            return _draft(_named(process), command)
        case PublishSalesProcessVersion():
            return _publish(_named(process), command.number)
        case _:
            assert_never(command)


def evolve(process: SalesProcess, event: SalesProcessEvent) -> SalesProcess:
    """What a fact makes of a process."""
    match event:
        case SalesProcessCreated():
            return NamedProcess(event.name)
        case SalesProcessVersionDrafted():
            known = _named(process)
            return replace(known, versions=(*known.versions, Version(event)))
        case SalesProcessVersionPublished():
            known = _named(process)
            at = event.number - 1
            published = replace(known.versions[at], published=True)
            return replace(known, versions=(*known.versions[:at], published, *known.versions[at + 1 :]))
        case _:
            assert_never(event)


def _named(process: SalesProcess) -> NamedProcess:
    if isinstance(process, NoProcess):
        raise ProcessMissing
    return process


def _create(process: SalesProcess, command: CreateSalesProcess) -> Sequence[SalesProcessEvent]:
    if not isinstance(process, NoProcess):
        raise ProcessExists
    return [SalesProcessCreated(name=named(command.name))]


def _draft(process: NamedProcess, command: DraftSalesProcessVersion) -> Sequence[SalesProcessEvent]:
    moves = every_move(command.stages) if command.moves is None else command.moves
    return [SalesProcessVersionDrafted(number=len(process.versions) + 1, stages=command.stages, moves=moves)]


def _publish(process: NamedProcess, number: int) -> Sequence[SalesProcessEvent]:
    if not 1 <= number <= len(process.versions):
        raise VersionMissing
    version = process.versions[number - 1]
    if version.published:
        raise VersionIsPublished
    if found := faults(version.drafted.stages, version.drafted.moves):
        raise ProcessNotSound(" ".join(found))
    return [SalesProcessVersionPublished(number=number)]


SALES_PROCESS: Decider[SalesProcess, SalesProcessCommand, SalesProcessEvent] = Decider(
    category="sales_process",
    initial=NoProcess(),
    decide=decide,
    evolve=evolve,
    events=(SalesProcessCreated, SalesProcessVersionDrafted, SalesProcessVersionPublished),
)
