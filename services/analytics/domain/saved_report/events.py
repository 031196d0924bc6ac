"""What happens to a saved report: the stored and published format."""

from __future__ import annotations

from uuid import UUID

from services.analytics.domain.sharing.shares import Share
from shared.domain import Event


class SavedReportCreated(Event, frozen=True, kw_only=True):
    """Somebody keeps a question to ask it again; without `owner_id` it is everybody's.

    `report`: its name in the API, such as `win-rate`; `filters`: query parameters, each with its values.
    """

    name: str
    report: str
    filters: dict[str, tuple[str, ...]]
    owner_id: UUID | None = None


class SavedReportRenamed(Event, frozen=True, kw_only=True):
    """A saved report got another name."""

    before: str
    after: str


class SavedReportFiltersChanged(Event, frozen=True, kw_only=True):
    """The question itself is another one: other query parameters."""

    before: dict[str, tuple[str, ...]]
    after: dict[str, tuple[str, ...]]


class SavedReportShared(Event, frozen=True, kw_only=True):
    """People, a team or everybody may look at it or change it from now on."""

    share: Share


class SavedReportUnshared(Event, frozen=True, kw_only=True):
    """A share ended."""

    share: Share


class SavedReportDeleted(Event, frozen=True, kw_only=True):
    """A saved report is not listed any more."""


SavedReportEvent = (
    SavedReportCreated
    | SavedReportRenamed
    | SavedReportFiltersChanged
    | SavedReportShared
    | SavedReportUnshared
    | SavedReportDeleted
)
