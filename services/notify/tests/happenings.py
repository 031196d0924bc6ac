"""Upstream events that tests need often."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.notify.tests.world import event
from shared.eventstore.personal import KeyRow, Vault, seal_value
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


async def sealed_contact(database: str, kek: bytes, contact: UUID, name: str) -> tuple[Recorded, list[KeyRow]]:
    """A contact as the customer service publishes it, and the keys that it publishes, from a database of its own."""
    async with asyncpg.create_pool(database, min_size=1, max_size=2) as pool:
        vault = Vault(pool, kek)
        key = (await vault.ensure([contact]))[contact]
        keys = await vault.keys_after(0, 10)
    assert key is not None
    added = event("customer", contact, "ContactAdded")
    envelope = seal_value(key, json.dumps(name).encode(), event_id=added.event_id, field="name")
    return replace(added, data=json.dumps({"name": envelope, "title": "CEO"}).encode()), keys
