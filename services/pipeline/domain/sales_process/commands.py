"""What may be asked of a sales process."""

from __future__ import annotations

from services.pipeline.domain.sales_process.drawing import Move, Stage
from shared.domain import Command


class CreateSalesProcess(Command, frozen=True, kw_only=True):
    """Begin a way of selling."""

    name: str


class DraftSalesProcessVersion(Command, frozen=True, kw_only=True):
    """Draw the next version; without moves a deal may go from every stage that is not closed to every other one."""

    stages: tuple[Stage, ...]
    moves: tuple[Move, ...] | None = None


class PublishSalesProcessVersion(Command, frozen=True, kw_only=True):
    """Let deals be opened on a version."""

    number: int


SalesProcessCommand = CreateSalesProcess | DraftSalesProcessVersion | PublishSalesProcessVersion
