"""What each fact makes of a sales process."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never
from uuid import UUID

from services.pipeline.domain.sales_process.events import (
    SalesProcessCommentReopened,
    SalesProcessCommentResolved,
    SalesProcessCreated,
    SalesProcessEvent,
    SalesProcessVersionCommented,
    SalesProcessVersionDrafted,
    SalesProcessVersionPublished,
    SalesProcessVersionRedrawn,
    SalesProcessVersionRetired,
    SalesProcessVersionReturned,
    SalesProcessVersionSubmitted,
)
from services.pipeline.domain.sales_process.version import (
    NamedProcess,
    SalesProcess,
    Version,
    drawing_of,
    named_process,
)

VersionEvent = (
    SalesProcessVersionRedrawn
    | SalesProcessVersionSubmitted
    | SalesProcessVersionCommented
    | SalesProcessCommentResolved
    | SalesProcessCommentReopened
    | SalesProcessVersionReturned
    | SalesProcessVersionPublished
    | SalesProcessVersionRetired
)


def evolve(process: SalesProcess, event: SalesProcessEvent) -> SalesProcess:
    """What a fact makes of a process."""
    match event:
        case SalesProcessCreated():
            return NamedProcess(event.name)
        case SalesProcessVersionDrafted():
            known = named_process(process)
            authors = frozenset({event.author} if event.author is not None else ())
            return replace(known, versions=(*known.versions, Version(drawing_of(event), authors=authors)))
        case _:
            known, at = named_process(process), event.number - 1
            changed = _changed(known.versions[at], event)
            return replace(known, versions=(*known.versions[:at], changed, *known.versions[at + 1 :]))


def _changed(version: Version, event: VersionEvent) -> Version:
    match event:
        case SalesProcessVersionRedrawn():
            return replace(version, drawing=drawing_of(event), authors=version.authors | {event.author})
        case SalesProcessVersionSubmitted():
            return replace(version, status="in_review", authors=version.authors | {event.author})
        case SalesProcessVersionCommented() | SalesProcessCommentReopened():
            return _commented(version, event.comment_id, resolved=False)
        case SalesProcessCommentResolved():
            return _commented(version, event.comment_id, resolved=True)
        case SalesProcessVersionReturned():
            return replace(version, status="draft")
        case SalesProcessVersionPublished():
            return replace(version, status="published")
        case SalesProcessVersionRetired():
            return replace(version, status="retired")
        case _:
            assert_never(event)


def _commented(version: Version, comment_id: UUID, *, resolved: bool) -> Version:
    return replace(version, comments={**version.comments, comment_id: resolved})
