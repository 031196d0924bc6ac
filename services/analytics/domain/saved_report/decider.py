"""A saved report: a question with a name, until it is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.analytics.domain.saved_report.commands import (
    ChangeFilters,
    DeleteSavedReport,
    RenameSavedReport,
    SavedReportCommand,
    SaveReport,
    ShareSavedReport,
    UnshareSavedReport,
)
from services.analytics.domain.saved_report.events import (
    SavedReportCreated,
    SavedReportDeleted,
    SavedReportEvent,
    SavedReportFiltersChanged,
    SavedReportRenamed,
    SavedReportShared,
    SavedReportUnshared,
)
from services.analytics.domain.sharing.shares import Shares, granted, with_share, withdrawn, without_share
from shared.domain import Decider
from shared.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class NoSavedReport:
    """Nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class NamedReport:
    """A saved report, what it is called, what it asks and with whom it is shared."""

    name: str
    filters: dict[str, tuple[str, ...]]
    shares: Shares


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
        case ChangeFilters():
            return change_filters(existing(saved), command)
        case ShareSavedReport():
            changes = granted(existing(saved).shares, command.share)
            return [SavedReportShared(share=command.share)] if changes else []
        case UnshareSavedReport():
            ended = withdrawn(existing(saved).shares, command.kind, command.id)
            return [SavedReportUnshared(share=ended)] if ended else []
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


def change_filters(saved: NamedReport, command: ChangeFilters) -> Sequence[SavedReportEvent]:
    """Nothing happens where the question stays."""
    if command.filters == saved.filters:
        return []
    return [SavedReportFiltersChanged(before=saved.filters, after=command.filters)]


def evolve(saved: SavedReport, event: SavedReportEvent) -> SavedReport:
    """Take a fact into account."""
    match event:
        case SavedReportCreated():
            return NamedReport(event.name, event.filters, {})
        case SavedReportRenamed():
            return replace(existing(saved), name=event.after)
        case SavedReportFiltersChanged():
            return replace(existing(saved), filters=event.after)
        case SavedReportShared():
            return replace(existing(saved), shares=with_share(existing(saved).shares, event.share))
        case SavedReportUnshared():
            return replace(existing(saved), shares=without_share(existing(saved).shares, event.share))
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
    events=(
        SavedReportCreated,
        SavedReportRenamed,
        SavedReportFiltersChanged,
        SavedReportShared,
        SavedReportUnshared,
        SavedReportDeleted,
    ),
)
