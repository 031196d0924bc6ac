"""What comes with every command besides its content: who, when, caused by what, expecting which version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic
from uuid import UUID

from shared.domain import Decider, Fact, State, Wish
from shared.eventstore.append import CommandKey


@dataclass(frozen=True, slots=True)
class Intent:
    """The envelope of one command; `expected_version` None = the caller has not said which version it saw."""

    actor: str
    correlation_id: str
    occurred_at: datetime
    key: CommandKey | None = None
    expected_version: int | None = None
    on_behalf_of: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Request(Generic[State, Wish, Fact]):
    """One command for one stream."""

    decider: Decider[State, Wish, Fact]
    stream_id: UUID
    command: Wish
    intent: Intent
