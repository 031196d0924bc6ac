"""What every endpoint of one service shares; it hangs on `app.state.service`, so there is no module state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from starlette.requests import HTTPConnection

from shared.errors import DomainError
from shared.eventstore.append import Answer, CommandKey
from shared.eventstore.intent import Request
from shared.eventstore.recorded import Recorded
from shared.http.auth import Verifier
from shared.http.health import Health
from shared.http.rights import Rights
from shared.observability.metrics import Metrics


class Handler(Protocol):
    """Takes commands to their streams."""

    async def handle(self, request: Request[Any, Any, Any]) -> Answer:
        """Decide and append; raises a DomainError."""

    async def handle_many(self, requests: list[Request[Any, Any, Any]]) -> Sequence[Answer | DomainError]:
        """Each with its own outcome, in the order given."""

    async def try_many(self, requests: list[Request[Any, Any, Any]]) -> Sequence[Answer | DomainError]:
        """What `handle_many` would answer; nothing is written."""


class EventLog(Protocol):
    """The log of this service, as feeds and replays read it."""

    async def answered(self, key: CommandKey) -> Answer | None:
        """What a command with this key was answered; raises KeyReused for another request."""

    async def answered_many(self, keys: Iterable[CommandKey]) -> Mapping[str, Answer | DomainError]:
        """The keys seen before → their answers, or KeyReused as a value."""

    async def read_after(
        self, epoch: int, position: int, limit: int, *, types: Sequence[str] | None = None
    ) -> list[Recorded]:
        """Events above this position, in order."""

    async def head(self) -> tuple[int, int]:
        """(epoch, position) of the newest event."""

    async def wait_for_commit(self, timeout: float, after: int | None = None) -> bool:  # noqa: ASYNC109 - it is the poll
        """True once something above position `after` was appended here, False after `timeout` seconds."""


# Waits until what a Consistency-Token names is applied, at most so many seconds; raises Unavailable when it is not.
Catching = Callable[[str, float], Awaitable[None]]


class Operations(Protocol):
    """What an operator can see and start; see shared/http/operations.py."""

    async def projections(self) -> list[dict[str, Any]]:
        """The status of every read model, inline and asynchronous."""

    async def rebuild(self, name: str) -> dict[str, Any]:
        """Build the model anew beside the live one and swap; raises NotFound."""

    async def parked(self) -> list[dict[str, Any]]:
        """What could not be applied, oldest first."""

    async def retry(self, projection: str | None, stream_id: str | None) -> dict[str, Any]:
        """Apply parked events again; None = all."""

    async def verify(self) -> dict[str, Any]:
        """Compare the log and every read model with an independent fold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceContext:
    """Built once by `bootstrap`; `cursor_secret` signs list cursors and is the same in every replica."""

    name: str
    rights: Rights
    verifier: Verifier
    handler: Handler
    log: EventLog
    cursor_secret: bytes
    metrics: Metrics
    health: Health = field(default_factory=Health)
    catching_up: Mapping[str, Catching] = field(default_factory=dict)
    operations: Operations | None = None


def service_of(connection: HTTPConnection) -> ServiceContext:
    """The context of the service that answers this request."""
    return cast(ServiceContext, connection.app.state.service)
