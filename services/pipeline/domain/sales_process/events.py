"""What happens to a sales process: the stored and published format."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from services.pipeline.domain.sales_process.drawing import Decision, Move, Note, Stage
from shared.domain import Event


class SalesProcessCreated(Event, frozen=True, kw_only=True):
    """A way of selling has a name; it has no version yet."""

    name: str


class SalesProcessVersionDrafted(Event, frozen=True, kw_only=True):
    """A version has been drawn; no deal can run on it before it is published.

    `author`: who drew it (the subject of their token), None in logs from before reviews; `based_on`: the version it
    was copied from.
    """

    number: int
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    decisions: tuple[Decision, ...] = ()
    notes: tuple[Note, ...] = ()
    author: str | None = None
    reason: str | None = None
    based_on: int | None = None


class SalesProcessVersionRedrawn(Event, frozen=True, kw_only=True):
    """A draft looks different now; everything of it is said anew."""

    number: int
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    decisions: tuple[Decision, ...]
    notes: tuple[Note, ...]
    author: str
    reason: str | None = None


class SalesProcessVersionSubmitted(Event, frozen=True, kw_only=True):
    """A draft is in review: it is not redrawn until it is returned."""

    number: int
    author: str
    reason: str


class SalesProcessVersionCommented(Event, frozen=True, kw_only=True):
    """Somebody says something about a version or one of its elements (see `Note.element`)."""

    number: int
    comment_id: UUID
    author: str
    text: str
    element: str | None = None


class SalesProcessCommentResolved(Event, frozen=True, kw_only=True):
    """What a comment asked for is done, or need not be."""

    number: int
    comment_id: UUID
    resolved_by: str


class SalesProcessCommentReopened(Event, frozen=True, kw_only=True):
    """A comment is not resolved after all."""

    number: int
    comment_id: UUID
    reopened_by: str


class SalesProcessVersionReturned(Event, frozen=True, kw_only=True):
    """A version in review is a draft again: a reviewer wants changes, or its author withdraws it."""

    number: int
    returned_by: str
    reason: str
    how: Literal["changes_requested", "withdrawn"]


class SalesProcessVersionPublished(Event, frozen=True, kw_only=True):
    """Deals may be opened on this version, which from now on never changes."""

    number: int
    approver: str | None = None
    reason: str | None = None


class SalesProcessVersionRetired(Event, frozen=True, kw_only=True):
    """No deal is opened on this version any more; those on it go on."""

    number: int
    retired_by: str
    reason: str


SalesProcessEvent = (
    SalesProcessCreated
    | SalesProcessVersionDrafted
    | SalesProcessVersionRedrawn
    | SalesProcessVersionSubmitted
    | SalesProcessVersionCommented
    | SalesProcessCommentResolved
    | SalesProcessCommentReopened
    | SalesProcessVersionReturned
    | SalesProcessVersionPublished
    | SalesProcessVersionRetired
)
