"""Upstream events that tests need often."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.notify.tests.world import event
from shared.eventstore.recorded import Recorded

STAGE = {"key": "s", "name": "Stage", "category": "open", "probability": 10}
WON = {"key": "won", "name": "Won", "category": "won", "probability": 100}


def opened(deal: UUID, name: str = "Deal", **data: Any) -> Recorded:
    """A deal is opened."""
    return event("pipeline", deal, "DealOpened", name=name, process_id="p", process_version=1, stage=STAGE, **data)


def won(deal: UUID, amount: str | None = "20000.00", at: datetime | None = None) -> Recorded:
    """A deal is won."""
    money = None if amount is None else {"amount": amount, "currency": "USD"}
    return event("pipeline", deal, "DealWon", at=at, from_stage=STAGE, stage=WON, amount=money)
