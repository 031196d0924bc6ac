"""What may be asked of a saved report."""

from __future__ import annotations

from uuid import UUID

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


class DeleteSavedReport(Command, frozen=True, kw_only=True):
    """Take it off the list."""


SavedReportCommand = SaveReport | RenameSavedReport | DeleteSavedReport
