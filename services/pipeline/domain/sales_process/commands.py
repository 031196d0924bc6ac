"""What may be asked of a sales process; who asks comes in with the command, because it decides who may approve."""

from __future__ import annotations

from uuid import UUID

from services.pipeline.domain.sales_process.drawing import Decision, Move, Note, Stage
from shared.domain import Command


class CreateSalesProcess(Command, frozen=True, kw_only=True):
    """Begin a way of selling."""

    name: str


class DraftSalesProcessVersion(Command, frozen=True, kw_only=True):
    """Draw the next version, or copy one: without stages it looks like `based_on`.

    Without moves a deal may go from every stage that is not closed to every other one.
    """

    author: str
    stages: tuple[Stage, ...] | None = None
    moves: tuple[Move, ...] | None = None
    decisions: tuple[Decision, ...] = ()
    notes: tuple[Note, ...] = ()
    reason: str | None = None
    based_on: int | None = None


class RedrawSalesProcessVersion(Command, frozen=True, kw_only=True):
    """Say anew what a draft looks like."""

    number: int
    author: str
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...] | None = None
    decisions: tuple[Decision, ...] = ()
    notes: tuple[Note, ...] = ()
    reason: str | None = None


class SubmitSalesProcessVersion(Command, frozen=True, kw_only=True):
    """Ask for a review of a draft."""

    number: int
    author: str
    reason: str


class CommentOnSalesProcessVersion(Command, frozen=True, kw_only=True):
    """Say something about a draft, a version in review, or one of its elements."""

    number: int
    comment_id: UUID
    author: str
    text: str
    element: str | None = None


class ResolveSalesProcessComment(Command, frozen=True, kw_only=True):
    """Say that a comment needs nothing more."""

    number: int
    comment_id: UUID
    resolved_by: str


class ReopenSalesProcessComment(Command, frozen=True, kw_only=True):
    """Say that a comment is not resolved after all."""

    number: int
    comment_id: UUID
    reopened_by: str


class ReturnSalesProcessVersion(Command, frozen=True, kw_only=True):
    """Make a version in review a draft again."""

    number: int
    returned_by: str
    reason: str


class PublishSalesProcessVersion(Command, frozen=True, kw_only=True):
    """Let deals be opened on a version."""

    number: int
    approver: str
    reason: str


class RetireSalesProcessVersion(Command, frozen=True, kw_only=True):
    """Let no deal be opened on a version any more.

    `no_new_deals`: it may be the last published one, then no deal is opened on the process at all.
    """

    number: int
    retired_by: str
    reason: str
    no_new_deals: bool = False


CommentCommand = CommentOnSalesProcessVersion | ResolveSalesProcessComment | ReopenSalesProcessComment
ReviewCommand = (
    SubmitSalesProcessVersion | ReturnSalesProcessVersion | PublishSalesProcessVersion | RetireSalesProcessVersion
)
SalesProcessCommand = (
    CreateSalesProcess | DraftSalesProcessVersion | RedrawSalesProcessVersion | CommentCommand | ReviewCommand
)
