"""Writes: who calls, with which right, key and version, resolved before an endpoint's own lines run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from uuid_utils.compat import uuid7

from shared.domain import Command, Decider
from shared.errors import DomainError, WrongVersion
from shared.eventstore.append import Answer, CommandKey
from shared.eventstore.intent import Intent
from shared.eventstore.intent import Request as CommandRequest
from shared.http import headers
from shared.http.answers import written
from shared.http.arrival import Repeatable, arrival_of
from shared.http.auth import Principal
from shared.http.context import ServiceContext, service_of
from shared.http.handled import handled, handled_many
from shared.http.refusals import AlreadyExists, UnknownField
from shared.http.rights import BACKDATE, may, require


@dataclass(frozen=True, slots=True)
class Call:
    """One write by one principal; `expected_version` None = whatever it is now, 0 = it must not exist."""

    request: Request
    service: ServiceContext
    principal: Principal
    at: datetime
    key: CommandKey
    expected_version: int | None
    creates: bool

    def allows(self, action: str) -> bool:
        """Whether the principal also has this right."""
        return may(self.service.rights, self.principal, action)

    def require(self, action: str) -> None:
        """Raise Forbidden unless the principal also has this right."""
        require(self.service.rights, self.principal, action)

    def new_id(self, given: UUID | None) -> UUID:
        """The id of what is created: the client's own or a new one."""
        return given or uuid7()

    async def run(self, decider: Decider[Any, Any, Any], stream_id: UUID, command: Command) -> Response:
        """Hand the command to its stream; 200, or 201 with Location when this call creates."""
        request = CommandRequest(decider, stream_id, command, self._intent())
        try:
            answer = await handled(self.service, request)
        except WrongVersion as reason:
            raise (AlreadyExists(field="/id") if self.creates else reason) from reason
        return written(self.request, self.service.name, answer, created=self.creates)

    async def run_many(
        self, decider: Decider[Any, Any, Any], wishes: Sequence[tuple[UUID, Command]]
    ) -> Sequence[Answer | DomainError]:
        """Hand each command to its stream, each with its own outcome.

        They carry no key and expect no version: asked again, they are decided again, so they have to be wishes that
        say nothing when they are fulfilled already.
        """
        intent = replace(self._intent(), key=None, expected_version=None)
        requests = [CommandRequest(decider, stream_id, command, intent) for stream_id, command in wishes]
        return await handled_many(self.service, requests)

    def _intent(self) -> Intent:
        arrival = arrival_of(self.request)
        return Intent(
            actor=self.principal.subject,
            correlation_id=arrival.correlation_id,
            occurred_at=self.at,
            key=self.key,
            expected_version=self.expected_version,
            traceparent=arrival.trace.header,
        )


class Reader:
    """The dependency of a read: a principal that has the right."""

    def __init__(self, action: str) -> None:
        self.action = action

    async def __call__(self, request: Request) -> Principal:
        """Raise Unauthenticated or Forbidden, or say who reads."""
        return await authorised(request, self.action)


class Right:
    """The dependency of a write: token, right, key, If-Match, time.

    Whether the key was used before is asked by the store with the append itself, and by `answered_before` when
    anything refuses: so a first request pays no look-up and a repetition always gets the first answer.
    """

    def __init__(self, action: str, *, creates: bool, versioned: bool = True) -> None:
        self.action = action
        self.creates = creates
        self.versioned = versioned

    async def __call__(self, request: Request) -> Call:
        """Raise the refusals of a write that may not even be looked at."""
        principal = await authorised(request, self.action)
        service = service_of(request)
        given = request.headers
        own = headers.idempotency_key(given.get("idempotency-key"))
        key = scoped_key(principal, request, own, arrival_of(request).content)
        arrival_of(request).repeatable = Repeatable(key, creates=self.creates)
        expected = 0 if self.creates else headers.if_match(given.get("if-match") if self.versioned else "*")
        _no_body_where_none_is_read(request)
        return Call(request, service, principal, occurred_at(request, principal), key, expected, self.creates)


def reader(action: str) -> Reader:
    """`Annotated[Principal, Depends(reader("deal.read"))]`."""
    return Reader(action)


def right(action: str, *, creates: bool = False, versioned: bool = True) -> Right:
    """`Annotated[Call, Depends(right("deal.move"))]`; `creates` for a POST that makes the resource.

    `versioned` False: no If-Match, for what only adds and so cannot contradict any version.
    """
    return Right(action, creates=creates, versioned=versioned)


async def authorised(request: Request, action: str | None) -> Principal:
    """Who calls, and with the right to `action` (None = any valid token)."""
    service = service_of(request)
    principal = await service.verifier.principal(request.headers.get("authorization"))
    if action is not None and not may(service.rights, principal, action):
        service.metrics.authz_denied.labels(action).inc()
        require(service.rights, principal, action)
    return principal


async def answered_before(request: Request) -> Response | None:
    """The first answer to this request's key, for a repetition that would now be refused; raises KeyReused."""
    repeatable = arrival_of(request).repeatable
    if repeatable is None:
        return None
    service = service_of(request)
    answer = await service.log.answered(repeatable.key)
    return written(request, service.name, answer, created=repeatable.creates) if answer else None


def scoped_key(principal: Principal, request: Request, key: str, content: Any) -> CommandKey:
    """A key counts for one principal, method and route; the same key with another path or content is refused."""
    request_hash = headers.fingerprint(request.url.path, content, request.headers.get("occurred-at"))
    return CommandKey(f"{principal.subject} {request.method} {request.scope['route'].path} {key}", request_hash)


def occurred_at(request: Request, principal: Principal) -> datetime:
    """Now, or what the header Occurred-At says, with the right to say so."""
    now = datetime.now(UTC)
    given = request.headers.get("occurred-at")
    if given is None:
        return now
    require(service_of(request).rights, principal, BACKDATE)
    return headers.moment(given, now)


def _no_body_where_none_is_read(request: Request) -> None:
    """An action without fields takes no body; silence about one would hide a mistake."""
    if request.scope["route"].body_field is None and arrival_of(request).content not in (None, {}):
        content = arrival_of(request).content
        raise UnknownField(field="/" + next(iter(content)) if isinstance(content, dict) else "")
