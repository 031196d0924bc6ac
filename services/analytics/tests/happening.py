"""Events of customer and pipeline written by hand, as they arrive from Kafka."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from shared.eventstore.recorded import Metadata, Recorded

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
RECORDED = datetime(2026, 6, 1, tzinfo=UTC)
SOMEBODY = Metadata(actor="ada", correlation_id="c-1")


def named(kind: str, name: object) -> UUID:
    """An id that is the same in every run."""
    return uuid5(NAMESPACE_URL, f"{kind}/{name}")


@dataclass(slots=True)
class Log:
    """The log of one service; `happened` adds to it."""

    service: str
    events: list[Recorded] = field(default_factory=list)
    versions: Counter[UUID] = field(default_factory=Counter)

    def happened(self, stream: UUID, type_name: str, at: datetime = START, **data: Any) -> Recorded:
        """One more event."""
        self.versions[stream] += 1
        position, version = len(self.events) + 1, self.versions[stream]
        event = Recorded(
            service=self.service,
            position=position,
            epoch=1,
            stream_id=stream,
            version=version,
            event_id=named("event", (stream, version)),
            type=type_name,
            schema_version=1,
            data=msgspec.json.encode(data),
            metadata=SOMEBODY,
            occurred_at=at,
            recorded_at=RECORDED + timedelta(seconds=position),
        )
        self.events.append(event)
        return event


def stage(key: str, category: str = "open") -> dict[str, Any]:
    """A StageRef."""
    return {"key": key, "name": key.title(), "category": category, "probability": 50}


def usd(amount: str) -> dict[str, str]:
    """Money in US dollars."""
    return {"amount": amount, "currency": "USD"}


def line(product: str, quantity: str = "1", price: str = "100", currency: str = "USD") -> dict[str, Any]:
    """A line of a deal."""
    unit_price = {"amount": price, "currency": currency}
    return {
        "product_id": named("product", product),
        "product_name": product,
        "quantity": quantity,
        "unit_price": unit_price,
    }
