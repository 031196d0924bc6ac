"""What an import wants done: waves of commands for the public API, and the rows that it could not read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


def key_of(*parts: str) -> str:
    """Make an idempotency key, which must be short ASCII, out of any text."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Step:
    """One command: which row asks for it and what the batch route gets."""

    source: str
    name: str
    id: UUID
    body: dict[str, Any]
    occurred_at: datetime
    key: str
    expects: int | None = None

    def item(self) -> dict[str, Any]:
        """Put it as the batch routes want it."""
        item = {"command": self.name, "id": str(self.id), "occurred_at": self.occurred_at.isoformat()}
        item |= {"idempotency_key": key_of(self.key), **self.body}
        return item if self.expects is None else item | {"if_match": self.expects}


@dataclass(frozen=True, slots=True)
class Wave:
    """Commands of one route; the next wave begins when all of this one are answered."""

    title: str
    route: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that was not imported, or not as it stands, and why."""

    source: str
    reason: str


@dataclass(slots=True)
class Plan:
    """Everything one data set asks for, in order."""

    waves: list[Wave] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
