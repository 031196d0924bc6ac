"""What is handed to the group commit and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.eventstore.recorded import Metadata


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event before it has a position; `data` is its JSON, personal fields already sealed."""

    event_id: UUID
    type: str
    schema_version: int
    data: bytes
    metadata: Metadata
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class StreamWrite:
    """Events for one stream at an expected version (0 = must not exist); without events it is only asserted."""

    stream_id: UUID
    expected_version: int
    events: tuple[NewEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """A unique key to be taken by `stream_id` or given back by it (`held` False)."""

    key: str
    stream_id: UUID
    held: bool = True


@dataclass(frozen=True, slots=True)
class CommandKey:
    """An idempotency key (already scoped to principal and route) and the SHA-256 of the canonical request."""

    key: str
    request_hash: bytes


@dataclass(frozen=True, slots=True)
class Append:
    """All or nothing: its streams, guards and key get one verdict."""

    writes: tuple[StreamWrite, ...]
    guards: tuple[Guard, ...] = ()
    key: CommandKey | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an accepted command is answered, the first time and on every repetition of its key.

    `stream_id`, `version`: of the append's first stream. `positions`: Kafka partition → highest position written there
    (empty when nothing was written).
    """

    stream_id: UUID
    version: int
    epoch: int
    positions: dict[int, int]
    replayed: bool = False
