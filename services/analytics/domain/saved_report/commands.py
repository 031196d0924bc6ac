"""What may be asked of a saved report."""

from __future__ import annotations

from uuid import UUID

from services.analytics.domain.sharing.shares import Share, With
from shared.domain import Command


class SaveReport(Command, frozen=True, kw_only=True):
    """Keep a question; that `report` and `filters` make sense is checked where they are known."""

    name: str
    report: str
    filters: dict[str, tuple[str, ...]]
    owner_id: UUID | None = None


class RenameSavedReport(Command, frozen=True, kw_only=True):
    """Give it another name."""

    name: str


class ChangeFilters(Command, frozen=True, kw_only=True):
    """Ask with other filters from now on; that they make sense is checked where they are known."""

    filters: dict[str, tuple[str, ...]]


class ShareSavedReport(Command, frozen=True, kw_only=True):
    """Let others look at it or change it."""

    share: Share


class UnshareSavedReport(Command, frozen=True, kw_only=True):
    """Do not let them any more."""

    kind: With
    id: UUID | None = None


class DeleteSavedReport(Command, frozen=True, kw_only=True):
    """Take it off the list."""


SavedReportCommand = (
    SaveReport | RenameSavedReport | ChangeFilters | ShareSavedReport | UnshareSavedReport | DeleteSavedReport
)
