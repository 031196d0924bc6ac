"""The events of sales processes, as far as rules may be about them."""

# ruff: noqa: D101 -- the producers say what their events mean; here only the fields matter

from typing import ClassVar

from services.notify.upstream.event import Upstream


class _Process(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "process"


class SalesProcessCreated(_Process, frozen=True, kw_only=True):
    name: str


class SalesProcessVersionDrafted(_Process, frozen=True, kw_only=True):
    number: int


class SalesProcessVersionRedrawn(_Process, frozen=True, kw_only=True):
    number: int
    author: str
    reason: str | None = None


class SalesProcessVersionSubmitted(_Process, frozen=True, kw_only=True):
    number: int
    author: str
    reason: str


class SalesProcessVersionCommented(_Process, frozen=True, kw_only=True):
    number: int
    comment_id: str
    author: str
    text: str
    element: str | None = None


class SalesProcessCommentResolved(_Process, frozen=True, kw_only=True):
    number: int
    comment_id: str
    resolved_by: str


class SalesProcessCommentReopened(_Process, frozen=True, kw_only=True):
    number: int
    comment_id: str
    reopened_by: str


class SalesProcessVersionReturned(_Process, frozen=True, kw_only=True):
    number: int
    returned_by: str
    reason: str
    how: str


class SalesProcessVersionPublished(_Process, frozen=True, kw_only=True):
    number: int
    approver: str | None = None
    reason: str | None = None


class SalesProcessVersionRetired(_Process, frozen=True, kw_only=True):
    number: int
    retired_by: str
    reason: str
