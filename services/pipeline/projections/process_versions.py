"""What a process's row keeps of each version: its drawing, how far it is, who did what when and why, and comments."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, assert_never
from uuid import UUID

import msgspec
from msgspec.structs import replace

from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import Drawing
from services.pipeline.domain.sales_process.events import (
    SalesProcessCommentReopened,
    SalesProcessCommentResolved,
    SalesProcessVersionCommented,
    SalesProcessVersionDrafted,
    SalesProcessVersionPublished,
    SalesProcessVersionRedrawn,
    SalesProcessVersionRetired,
    SalesProcessVersionReturned,
    SalesProcessVersionSubmitted,
)
from services.pipeline.domain.sales_process.life import VersionEvent
from services.pipeline.domain.sales_process.version import Status, drawing_of

What = Literal["drafted", "redrawn", "submitted", "changes_requested", "withdrawn", "published", "retired"]


class Step(msgspec.Struct, frozen=True):
    """One step of a version's life; `why` is None where nobody said."""

    what: What
    who: str
    when: datetime
    why: str | None = None


class Comment(msgspec.Struct, frozen=True):
    """What somebody said about a version or one of its elements; `closed_by` and `closed_at`: who resolved it."""

    id: UUID
    author: str
    text: str
    at: datetime
    element: str | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None


class Drawn(msgspec.Struct, frozen=True):
    """One version of a process, as kept in the row."""

    number: int
    drawing: Drawing
    status: Status
    steps: tuple[Step, ...]
    comments: tuple[Comment, ...] = ()
    based_on: int | None = None

    @property
    def public(self) -> bool:
        """Whether everybody who sells may look at it."""
        return self.status in ("published", "retired")

    def when(self, what: What) -> datetime | None:
        """When this was done last."""
        return next((step.when for step in reversed(self.steps) if step.what == what), None)

    def definition(self, process_id: UUID) -> Definition:
        """The version as a deal sees it."""
        drawing, retired = self.drawing, self.status == "retired"
        return Definition(
            process_id, self.number, self.public, drawing.stages, drawing.moves, drawing.decisions, retired
        )


def drafted(event: SalesProcessVersionDrafted, actor: str, at: datetime) -> Drawn:
    """A new version; `actor` drew it where a log from before reviews does not say."""
    step = Step("drafted", event.author or actor, at, event.reason)
    return Drawn(event.number, drawing_of(event), "draft", (step,), based_on=event.based_on)


def changed(drawn: Drawn, event: VersionEvent, actor: str, at: datetime) -> Drawn:
    """What an event makes of a version."""
    match event:
        case SalesProcessVersionRedrawn():
            step = Step("redrawn", event.author, at, event.reason)
            return replace(drawn, drawing=drawing_of(event), steps=(*drawn.steps, step))
        case SalesProcessVersionSubmitted():
            return _on(drawn, "in_review", Step("submitted", event.author, at, event.reason))
        case SalesProcessVersionReturned():
            return _on(drawn, "draft", Step(event.how, event.returned_by, at, event.reason))
        case SalesProcessVersionPublished():
            return _on(drawn, "published", Step("published", event.approver or actor, at, event.reason))
        case SalesProcessVersionRetired():
            return _on(drawn, "retired", Step("retired", event.retired_by, at, event.reason))
        case SalesProcessVersionCommented():
            said = Comment(event.comment_id, event.author, event.text, at, event.element)
            return replace(drawn, comments=(*drawn.comments, said))
        case SalesProcessCommentResolved():
            return _closed(drawn, event.comment_id, event.resolved_by, at)
        case SalesProcessCommentReopened():
            return _closed(drawn, event.comment_id, None, None)
        case _:
            assert_never(event)


def _on(drawn: Drawn, status: Status, step: Step) -> Drawn:
    return replace(drawn, status=status, steps=(*drawn.steps, step))


def _closed(drawn: Drawn, comment_id: UUID, by: str | None, at: datetime | None) -> Drawn:
    comments = (replace(c, closed_by=by, closed_at=at) if c.id == comment_id else c for c in drawn.comments)
    return replace(drawn, comments=tuple(comments))
