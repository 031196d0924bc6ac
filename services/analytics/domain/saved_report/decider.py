"""A saved report: a question with a name, until it is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.analytics.domain.saved_report.commands import (
    DeleteSavedReport,
    RenameSavedReport,
    SavedReportCommand,
    SaveReport,
)
from services.analytics.domain.saved_report.events import (
    SavedReportCreated,
    SavedReportDeleted,
    SavedReportEvent,
    SavedReportRenamed,
)
from shared.domain import Decider
from shared.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class NoSavedReport:
    """Nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class NamedReport:
    """A saved report and what it is called."""

    name: str


@dataclass(frozen=True, slots=True)
class DeletedReport:
    """A saved report that was deleted."""


SavedReport = NoSavedReport | NamedReport | DeletedReport


class SavedReportNotFound(NotFound):
    """There is no such saved report."""

    code = "saved-report-not-found"


class SavedReportExists(Conflict):
    """A saved report with this id exists already."""

    code = "saved-report-exists"


class NameMissing(Invalid):
    """A saved report needs a name."""

    code = "name-missing"


def decide(saved: SavedReport, command: SavedReportCommand) -> Sequence[SavedReportEvent]:
    """Answer a wish."""
    match command:
        case SaveReport():
            return save(saved, command)
        case RenameSavedReport():
            return rename(existing(saved), command)
        case DeleteSavedReport():
            existing(saved)
            return [SavedReportDeleted()]
        case _:
            assert_never(command)


def existing(saved: SavedReport) -> NamedReport:
    """The saved report, if there is one; raises SavedReportNotFound."""
    match saved:
        case NamedReport():
            return saved
        case NoSavedReport() | DeletedReport():
            raise SavedReportNotFound
        case _:
            assert_never(saved)


def save(saved: SavedReport, command: SaveReport) -> Sequence[SavedReportEvent]:
    """Keep it once; an id is never used again."""
    if not isinstance(saved, NoSavedReport):
        raise SavedReportExists
    name = _named(command.name)
    created = SavedReportCreated(name=name, report=command.report, filters=command.filters, owner_id=command.owner_id)
    return [created]


def rename(saved: NamedReport, command: RenameSavedReport) -> Sequence[SavedReportEvent]:
    """Nothing happens where the name stays."""
    name = _named(command.name)
    return [] if name == saved.name else [SavedReportRenamed(before=saved.name, after=name)]


def evolve(saved: SavedReport, event: SavedReportEvent) -> SavedReport:
    """Take a fact into account."""
    match event:
        case SavedReportCreated():
            return NamedReport(event.name)
        case SavedReportRenamed():
            return replace(existing(saved), name=event.after)
        case SavedReportDeleted():
            return DeletedReport()
        case _:
            assert_never(event)


def _named(name: str) -> str:
    if not name.strip():
        raise NameMissing(field="/name")
    return name.strip()


SAVED_REPORT: Decider[SavedReport, SavedReportCommand, SavedReportEvent] = Decider(
    category="saved-report",
    initial=NoSavedReport(),
    decide=decide,
    evolve=evolve,
    events=(SavedReportCreated, SavedReportRenamed, SavedReportDeleted),
)
