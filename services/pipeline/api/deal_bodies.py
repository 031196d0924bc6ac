"""What requests about deals look like."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.pipeline.api.money import MoneyBody
from services.pipeline.domain.sales_process.drawing import ForecastCategory
from shared.http.payload import Payload

Text = Annotated[str, Field(min_length=1, max_length=200)]
LONGEST_REASON = 2000
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


class LineBody(Payload):
    """So many pieces of a product, at its list price unless another is given."""

    product_id: UUID
    quantity: Decimal = Decimal(1)
    unit_price: MoneyBody | None = None


Lines = Annotated[list[LineBody], Field(max_length=200)]


class OpenDeal(Payload):
    """A deal on the newest published version of the process unless another is named.

    An owner left out is the caller, where they are one of our people; null is nobody.
    """

    id: UUID | None = None
    name: Text
    process_id: UUID
    process_version: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    stage: Text | None = None
    owner_id: UUID | None = None
    customer_id: UUID | None = None
    amount: MoneyBody | None = None
    lines: Lines = Field(default_factory=list)
    expected_close: date | None = None
    source: Text | None = None
    region: Text | None = None


class OverrideBody(Payload):
    """Why the deal goes on against guard, required fields and checklist; needs the right `deal.override`."""

    reason: Reason


class MoveStage(Payload):
    """The key of the stage to go to."""

    to_stage: Text
    override: OverrideBody | None = None


class Win(Payload):
    """The final amount, where it differs."""

    amount: MoneyBody | None = None
    override: OverrideBody | None = None


class Lose(Payload):
    """Why; the lost stage only where the process has several."""

    reason: Reason
    competitor: Text | None = None
    stage: Text | None = None
    override: OverrideBody | None = None


class Reopen(Payload):
    """The stage to go on in, unless it is the one the deal was in before."""

    stage: Text | None = None


class Assign(Payload):
    """The new owner; null is nobody."""

    owner_id: UUID | None


class ChangeLines(Payload):
    """All lines from now on."""

    lines: Lines


class ChangeAmount(Payload):
    """What the deal is worth; null takes the amount back."""

    amount: MoneyBody | None


class ChangeExpectedClose(Payload):
    """The day on which we expect the decision; null is open."""

    expected_close: date | None


class ChangeForecast(Payload):
    """How somebody sees the deal's chances (probability in percent); null = as the stage says, left out = as before."""

    category: ForecastCategory | None = None
    probability: int | None = None


class Tick(Payload):
    """Something on the checklist of a stage is done, or is not done after all."""

    stage: Text
    item: Text
    done: bool = True


class Correct(Payload):
    """Only the fields that were wrong; null empties one."""

    name: Text = ""
    customer_id: UUID | None = None
    source: Text | None = None
    region: Text | None = None


class Delete(Payload):
    """Nothing to say."""


class Restore(Payload):
    """Nothing to say."""


Along = MoveStage | Win | Lose
Step = Along | Reopen | Tick
Change = ChangeLines | ChangeAmount | ChangeExpectedClose | ChangeForecast | Assign | Correct | Delete | Restore
Wanted = OpenDeal | Step | Change
