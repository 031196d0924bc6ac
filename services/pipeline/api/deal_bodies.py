"""What requests about deals look like, one by one and as commands of a batch."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from services.pipeline.api.money import MoneyBody
from shared.http.batch_items import BatchItem
from shared.http.payload import Payload

Text = Annotated[str, Field(min_length=1, max_length=200)]
LONGEST_REASON = 2000


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


class MoveStage(Payload):
    """The key of the stage to go to."""

    to_stage: Text


class Win(Payload):
    """The final amount, where it differs."""

    amount: MoneyBody | None = None


class Lose(Payload):
    """Why; the lost stage only where the process has several."""

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]
    competitor: Text | None = None
    stage: Text | None = None


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


class OpenDealItem(OpenDeal, BatchItem):
    """Open a deal."""

    action: ClassVar = "deal.open"
    creates: ClassVar = True
    command: Literal["open-deal"]


class MoveStageItem(MoveStage, BatchItem):
    """Move a deal to a stage."""

    action: ClassVar = "deal.move"
    command: Literal["move-deal"]


class WinItem(Win, BatchItem):
    """Win a deal."""

    action: ClassVar = "deal.win"
    command: Literal["win-deal"]


class LoseItem(Lose, BatchItem):
    """Lose a deal."""

    action: ClassVar = "deal.lose"
    command: Literal["lose-deal"]


class ReopenItem(Reopen, BatchItem):
    """Reopen a deal."""

    action: ClassVar = "deal.reopen"
    command: Literal["reopen-deal"]


class AssignItem(Assign, BatchItem):
    """Assign a deal."""

    action: ClassVar = "deal.assign"
    command: Literal["assign-deal"]


class ChangeLinesItem(ChangeLines, BatchItem):
    """Change the lines of a deal."""

    action: ClassVar = "deal.change"
    command: Literal["change-deal-lines"]


class ChangeAmountItem(ChangeAmount, BatchItem):
    """Change the amount of a deal."""

    action: ClassVar = "deal.change"
    command: Literal["change-deal-amount"]


class ChangeExpectedCloseItem(ChangeExpectedClose, BatchItem):
    """Change the expected close of a deal."""

    action: ClassVar = "deal.change"
    command: Literal["change-deal-expected-close"]


class CorrectItem(Correct, BatchItem):
    """Correct a deal."""

    action: ClassVar = "deal.correct"
    command: Literal["correct-deal"]


class DeleteItem(Delete, BatchItem):
    """Delete a deal."""

    action: ClassVar = "deal.delete"
    command: Literal["delete-deal"]


class RestoreItem(Restore, BatchItem):
    """Restore a deal."""

    action: ClassVar = "deal.restore"
    command: Literal["restore-deal"]


Step = MoveStage | Win | Lose | Reopen
Change = ChangeLines | ChangeAmount | ChangeExpectedClose | Assign | Correct | Delete | Restore
Wanted = OpenDeal | Step | Change

DealItem = Annotated[
    OpenDealItem
    | MoveStageItem
    | WinItem
    | LoseItem
    | ReopenItem
    | AssignItem
    | ChangeLinesItem
    | ChangeAmountItem
    | ChangeExpectedCloseItem
    | CorrectItem
    | DeleteItem
    | RestoreItem,
    Field(discriminator="command"),
]
