"""An event as it stands in the log, read back from Postgres or from Kafka: the same type for every reader."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec


class Metadata(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who caused an event and what it belongs to."""

    actor: str
    correlation_id: str
    on_behalf_of: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None
    key: str | None = None


class Recorded(msgspec.Struct, frozen=True, gc=False):  # as a dataclass it made a rebuild a sixth slower
    """One event of the log; `data` is its JSON as stored (personal fields are envelopes in it).

    Order: (`epoch`, `position`) over a service, `version` (from 1, without holes) within a stream.
    """

    service: str
    position: int
    epoch: int
    stream_id: UUID
    version: int
    event_id: UUID
    type: str
    schema_version: int
    data: bytes
    metadata: Metadata
    occurred_at: datetime
    recorded_at: datetime
