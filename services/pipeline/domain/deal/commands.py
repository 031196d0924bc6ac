"""What may be asked of a deal; the process version, prices, names and rates that it needs come in with the command.

`rates`: what currencies are worth on the day of the command, by currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from msgspec import UNSET, UnsetType

from services.pipeline.domain.deal.automation import RunAutomation
from services.pipeline.domain.deal.events import Line
from services.pipeline.domain.exchange_rate.rate import Rate
from services.pipeline.domain.money import Money
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import ForecastCategory
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
    rates: Mapping[str, Rate] = {}


class MoveDealToStage(Command, frozen=True, kw_only=True):
    """Go along the arrows to a stage that is not closed; guards are asked as of `at`, the time of the command.

    `override`: why the deal goes on against guards, required fields and checklist; who may say so is checked before.
    """

    definition: Definition
    to_stage: str
    at: datetime
    override: str | None = None


class WinDeal(Command, frozen=True, kw_only=True):
    """The customer bought; `amount` is the final one where it differs; `at`, `override` as in MoveDealToStage."""

    definition: Definition
    at: datetime
    amount: Money | None = None
    override: str | None = None
    rates: Mapping[str, Rate] = {}


class LoseDeal(Command, frozen=True, kw_only=True):
    """The customer did not buy; `stage` is needed only where a process has several lost stages.

    `at`, `override` as in MoveDealToStage.
    """

    definition: Definition
    reason: str
    at: datetime
    competitor: str | None = None
    stage: str | None = None
    override: str | None = None


class ReopenDeal(Command, frozen=True, kw_only=True):
    """Take up a decided deal again, in the stage it was in before unless another is named."""

    definition: Definition
    stage: str | None = None


class ChangeDealLines(Command, frozen=True, kw_only=True):
    """Replace the lines; `retired` are the products among them that are not offered any more."""

    lines: tuple[Line, ...]
    retired: frozenset[UUID] = frozenset()
    rates: Mapping[str, Rate] = {}


class ChangeDealAmount(Command, frozen=True, kw_only=True):
    """Set what the deal is worth, or take it back."""

    amount: Money | None
    rates: Mapping[str, Rate] = {}


class ChangeDealExpectedClose(Command, frozen=True, kw_only=True):
    """Set the day on which we expect the decision."""

    expected_close: date | None


class ChangeDealForecast(Command, frozen=True, kw_only=True):
    """See the deal's chances otherwise than its stage does; None = as the stage says; an unset field stays."""

    category: ForecastCategory | UnsetType | None = UNSET
    probability: int | UnsetType | None = UNSET


class TickDealChecklistItem(Command, frozen=True, kw_only=True):
    """Say of something on the checklist of a stage that it is done, or that it is not."""

    definition: Definition
    stage: str
    item: str
    done: bool = True


class MigrateDeal(Command, frozen=True, kw_only=True):
    """Let an open deal run on another version of its process; `stages`: which stage takes the place of which.

    A deal that runs on that version already stays as it is, so that a migration can be repeated.
    """

    from_version: int
    definition: Definition
    stages: Mapping[str, str]
    reason: str


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
Terms = ChangeDealLines | ChangeDealAmount | ChangeDealExpectedClose | ChangeDealForecast | TickDealChecklistItem
DealCommand = (
    OpenDeal | Journey | Terms | MigrateDeal | AssignDeal | RunAutomation | CorrectDeal | DeleteDeal | RestoreDeal
)
