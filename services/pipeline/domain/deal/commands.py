"""What may be asked of a deal; the process version, prices and names that it needs come in with the command."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import UNSET, UnsetType

from services.pipeline.domain.deal.events import Line
from services.pipeline.domain.money import Money
from services.pipeline.domain.sales_process.definition import Definition
from shared.domain import Command


class OpenDeal(Command, frozen=True, kw_only=True):
    """Open a deal on a published version, in its first open stage unless another is named."""

    name: str
    definition: Definition
    stage: str | None = None
    owner_id: UUID | None = None
    customer_id: UUID | None = None
    amount: Money | None = None
    lines: tuple[Line, ...] = ()
    retired: frozenset[UUID] = frozenset()
    expected_close: date | None = None
    source: str | None = None
    region: str | None = None


class MoveDealToStage(Command, frozen=True, kw_only=True):
    """Go along an arrow to a stage that is not closed."""

    definition: Definition
    to_stage: str


class WinDeal(Command, frozen=True, kw_only=True):
    """The customer bought; `amount` is the final one where it differs."""

    definition: Definition
    amount: Money | None = None


class LoseDeal(Command, frozen=True, kw_only=True):
    """The customer did not buy; `stage` is needed only where a process has several lost stages."""

    definition: Definition
    reason: str
    competitor: str | None = None
    stage: str | None = None


class ReopenDeal(Command, frozen=True, kw_only=True):
    """Take up a decided deal again, in the stage it was in before unless another is named."""

    definition: Definition
    stage: str | None = None


class ChangeDealLines(Command, frozen=True, kw_only=True):
    """Replace the lines; `retired` are the products among them that are not offered any more."""

    lines: tuple[Line, ...]
    retired: frozenset[UUID] = frozenset()


class ChangeDealAmount(Command, frozen=True, kw_only=True):
    """Set what the deal is worth, or take it back."""

    amount: Money | None


class ChangeDealExpectedClose(Command, frozen=True, kw_only=True):
    """Set the day on which we expect the decision."""

    expected_close: date | None


class AssignDeal(Command, frozen=True, kw_only=True):
    """Give the deal to a person, or to nobody."""

    owner_id: UUID | None


class CorrectDeal(Command, frozen=True, kw_only=True):
    """Put right what was wrong from the start; an unset field stays."""

    name: str | UnsetType = UNSET
    customer_id: UUID | UnsetType | None = UNSET
    source: str | UnsetType | None = UNSET
    region: str | UnsetType | None = UNSET


class DeleteDeal(Command, frozen=True, kw_only=True):
    """Hide the deal."""


class RestoreDeal(Command, frozen=True, kw_only=True):
    """Bring a deleted deal back."""


Journey = MoveDealToStage | WinDeal | LoseDeal | ReopenDeal
Terms = ChangeDealLines | ChangeDealAmount | ChangeDealExpectedClose
DealCommand = OpenDeal | Journey | Terms | AssignDeal | CorrectDeal | DeleteDeal | RestoreDeal
