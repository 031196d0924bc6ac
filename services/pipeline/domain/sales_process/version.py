"""A version of a process between its first drawing and its retirement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from services.pipeline.domain.sales_process.drawing import Drawing
from services.pipeline.domain.sales_process.events import SalesProcessVersionDrafted, SalesProcessVersionRedrawn
from services.pipeline.domain.sales_process.refusals import (
    ProcessMissing,
    VersionInReview,
    VersionIsDraft,
    VersionIsPublished,
    VersionIsRetired,
    VersionMissing,
)
from shared.errors import DomainError

Status = Literal["draft", "in_review", "published", "retired"]
_IN_THE_WAY: Mapping[Status, type[DomainError]] = MappingProxyType(
    {
        "draft": VersionIsDraft,
        "in_review": VersionInReview,
        "published": VersionIsPublished,
        "retired": VersionIsRetired,
    }
)


@dataclass(frozen=True, slots=True)
class Version:
    """What a version looks like, how far it is, and who answers for it.

    `authors`: everybody who drew, redrew or submitted it; `comments`: whether each is resolved.
    """

    drawing: Drawing
    status: Status = "draft"
    authors: frozenset[str] = frozenset()
    comments: Mapping[UUID, bool] = field(default_factory=dict)

    def require(self, *statuses: Status) -> None:
        """Raise the refusal that is named after the version's status unless it is one of these."""
        if self.status not in statuses:
            raise _IN_THE_WAY[self.status]


@dataclass(frozen=True, slots=True)
class NoProcess:
    """Nothing has been created under this id."""


@dataclass(frozen=True, slots=True)
class NamedProcess:
    """A process and its versions; number n stands at place n - 1."""

    name: str
    versions: tuple[Version, ...] = ()

    def version(self, number: int) -> Version:
        """The version with this number; raises VersionMissing."""
        if not 1 <= number <= len(self.versions):
            raise VersionMissing
        return self.versions[number - 1]


SalesProcess = NoProcess | NamedProcess


def named_process(process: SalesProcess) -> NamedProcess:
    """The process once it is created; raises ProcessMissing."""
    if isinstance(process, NoProcess):
        raise ProcessMissing
    return process


def drawing_of(event: SalesProcessVersionDrafted | SalesProcessVersionRedrawn) -> Drawing:
    """What an event says a version looks like."""
    return Drawing(stages=event.stages, moves=event.moves, decisions=event.decisions, notes=event.notes)
