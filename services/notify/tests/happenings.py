"""Upstream events that tests need often."""

import json
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from services.notify.tests.world import event
from shared.eventstore.personal import DataKey, KeyRow, Vault, seal_value
from shared.eventstore.recorded import Recorded
from shared.eventstore.wrapping import Wrapping

STAGE = {"key": "s", "name": "Stage", "category": "open", "probability": 10}
WON = {"key": "won", "name": "Won", "category": "won", "probability": 100}


class Sealed(NamedTuple):
    """Events with personal fields, and the keys that open them as they are published."""

    events: list[Recorded]
    keys: list[KeyRow]


def opened(deal: UUID, name: str = "Deal", **data: Any) -> Recorded:
    """A deal is opened."""
    return event("pipeline", deal, "DealOpened", name=name, process_id="p", process_version=1, stage=STAGE, **data)


def won(deal: UUID, amount: str | None = "20000.00", at: datetime | None = None) -> Recorded:
    """A deal is won."""
    money = None if amount is None else {"amount": amount, "currency": "USD"}
    return event("pipeline", deal, "DealWon", at=at, from_stage=STAGE, stage=WON, amount=money)


async def sealed_contact(database: str, kek: bytes, contact: UUID, name: str, *changes: Any) -> Sealed:
    """A contact and its corrections as the customer service publishes them, from a database of its own."""
    async with asyncpg.create_pool(database, min_size=1, max_size=2) as pool:
        vault = Vault(pool, Wrapping(kek))
        key = (await vault.ensure([contact]))[contact]
        keys = await vault.keys_after(0, 10)
    assert key is not None
    events = [_sealed(event("customer", contact, "ContactAdded"), key, "name", name)]
    events += [_sealed(event("customer", contact, "ContactCorrected"), key, "changes", one) for one in changes]
    return Sealed(events, keys)


def _sealed(happened: Recorded, key: DataKey, field: str, value: Any) -> Recorded:
    envelope = seal_value(key, json.dumps(value).encode(), event_id=happened.event_id, field=field)
    return msgspec.structs.replace(happened, data=json.dumps({field: envelope}).encode())
