"""The commands of a batch about deals."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from services.pipeline.api.deal_bodies import (
    Assign,
    ChangeAmount,
    ChangeExpectedClose,
    ChangeForecast,
    ChangeLines,
    Correct,
    Delete,
    Lose,
    MoveStage,
    OpenDeal,
    Reopen,
    Restore,
    Tick,
    Win,
)
from shared.http.batch_items import BatchItem


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


class ChangeForecastItem(ChangeForecast, BatchItem):
    """Change the forecast of a deal."""

    action: ClassVar = "deal.change"
    command: Literal["change-deal-forecast"]


class TickItem(Tick, BatchItem):
    """Tick an item of a deal's checklist."""

    action: ClassVar = "deal.change"
    command: Literal["tick-deal"]


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
    | ChangeForecastItem
    | TickItem
    | CorrectItem
    | DeleteItem
    | RestoreItem,
    Field(discriminator="command"),
]
