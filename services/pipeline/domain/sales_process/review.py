"""Review: who may take a version which step further, and what has to be right for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, assert_never

from services.pipeline.domain.sales_process.commands import (
    CommentCommand,
    CommentOnSalesProcessVersion,
    PublishSalesProcessVersion,
    ReopenSalesProcessComment,
    ResolveSalesProcessComment,
    RetireSalesProcessVersion,
    ReturnSalesProcessVersion,
    ReviewCommand,
    SubmitSalesProcessVersion,
)
from services.pipeline.domain.sales_process.drawing import elements
from services.pipeline.domain.sales_process.events import (
    SalesProcessCommentReopened,
    SalesProcessCommentResolved,
    SalesProcessEvent,
    SalesProcessVersionCommented,
    SalesProcessVersionPublished,
    SalesProcessVersionRetired,
    SalesProcessVersionReturned,
    SalesProcessVersionSubmitted,
)
from services.pipeline.domain.sales_process.lint import faults
from services.pipeline.domain.sales_process.refusals import (
    ApproverIsAuthor,
    CommentExists,
    CommentMissing,
    CommentsUnresolved,
    ElementUnknown,
    LastPublishedVersion,
    ProcessNotSound,
    WordsMissing,
)
from services.pipeline.domain.sales_process.version import NamedProcess, Version

MOST_WORDS = 2000


def reviewed(process: NamedProcess, command: ReviewCommand) -> Sequence[SalesProcessEvent]:
    """A step of a version's life; raises the refusal of the rule that stands against it."""
    version = process.version(command.number)
    match command:
        case SubmitSalesProcessVersion():
            return _submit(version, command)
        case ReturnSalesProcessVersion():
            return _return(version, command)
        case PublishSalesProcessVersion():
            return _publish(version, command)
        case RetireSalesProcessVersion():
            return _retire(process, version, command)
        case _:
            assert_never(command)


def discussed(process: NamedProcess, command: CommentCommand) -> Sequence[SalesProcessEvent]:
    """Something said about a version that is not published yet; raises the refusal of the rule against it."""
    version = process.version(command.number)
    version.require("draft", "in_review")
    match command:
        case CommentOnSalesProcessVersion():
            return _comment(process, version, command)
        case ResolveSalesProcessComment():
            if _is_resolved(version, command):
                return []
            return [
                SalesProcessCommentResolved(
                    number=command.number, comment_id=command.comment_id, resolved_by=command.resolved_by
                )
            ]
        case ReopenSalesProcessComment():
            if not _is_resolved(version, command):
                return []
            return [
                SalesProcessCommentReopened(
                    number=command.number, comment_id=command.comment_id, reopened_by=command.reopened_by
                )
            ]
        case _:
            assert_never(command)


def words(text: str, field: str = "/reason") -> str:
    """A reason or a comment without blanks around it; raises WordsMissing."""
    trimmed = text.strip()
    if not 1 <= len(trimmed) <= MOST_WORDS:
        raise WordsMissing(field=field)
    return trimmed


def _submit(version: Version, command: SubmitSalesProcessVersion) -> Sequence[SalesProcessEvent]:
    version.require("draft")
    _require_sound(version)
    return [
        SalesProcessVersionSubmitted(number=command.number, author=command.author, reason=words(command.reason)),
    ]


def _return(version: Version, command: ReturnSalesProcessVersion) -> Sequence[SalesProcessEvent]:
    version.require("in_review")
    reason = words(command.reason)
    how: Literal["withdrawn", "changes_requested"] = (
        "withdrawn" if command.returned_by in version.authors else "changes_requested"
    )
    return [SalesProcessVersionReturned(number=command.number, returned_by=command.returned_by, reason=reason, how=how)]


def _publish(version: Version, command: PublishSalesProcessVersion) -> Sequence[SalesProcessEvent]:
    version.require("in_review")
    if command.approver in version.authors:
        raise ApproverIsAuthor
    if open_ := sum(not resolved for resolved in version.comments.values()):
        raise CommentsUnresolved(f"The version has {open_} comments that are not resolved.")
    _require_sound(version)
    return [
        SalesProcessVersionPublished(number=command.number, approver=command.approver, reason=words(command.reason))
    ]


def _retire(process: NamedProcess, version: Version, command: RetireSalesProcessVersion) -> Sequence[SalesProcessEvent]:
    version.require("published")
    published = sum(each.status == "published" for each in process.versions)
    if published == 1 and not command.no_new_deals:
        raise LastPublishedVersion(field="/no_new_deals")
    return [
        SalesProcessVersionRetired(number=command.number, retired_by=command.retired_by, reason=words(command.reason))
    ]


def _comment(
    process: NamedProcess, version: Version, command: CommentOnSalesProcessVersion
) -> Sequence[SalesProcessEvent]:
    if any(command.comment_id in each.comments for each in process.versions):
        raise CommentExists(field="/id")
    if command.element is not None and command.element not in elements(version.drawing):
        raise ElementUnknown(field="/element")
    return [
        SalesProcessVersionCommented(
            number=command.number,
            comment_id=command.comment_id,
            author=command.author,
            text=words(command.text, "/text"),
            element=command.element,
        )
    ]


def _is_resolved(version: Version, command: ResolveSalesProcessComment | ReopenSalesProcessComment) -> bool:
    if command.comment_id not in version.comments:
        raise CommentMissing
    return version.comments[command.comment_id]


def _require_sound(version: Version) -> None:
    if found := faults(version.drawing):
        raise ProcessNotSound(" ".join(fault.sentence for fault in found))
