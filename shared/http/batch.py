"""Many commands in one request, each with its own right, version, key and result."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, assert_never
from uuid import UUID

import msgspec
import orjson
from fastapi import Query, Request, Response
from uuid_utils.compat import uuid7

from shared.domain import Command, Decider
from shared.errors import DomainError, Invalid, NotFound, WrongVersion
from shared.eventstore.append import Answer, CommandKey
from shared.eventstore.intent import Intent
from shared.eventstore.intent import Request as CommandRequest
from shared.http import headers
from shared.http.answers import JSON
from shared.http.arrival import arrival_of
from shared.http.auth import Principal
from shared.http.batch_items import Batch, BatchItem, BatchResults, Item, Misshapen
from shared.http.calls import authorised, occurred_at, scoped_key
from shared.http.consistency import HEADER as CONSISTENCY_TOKEN
from shared.http.context import ServiceContext, service_of
from shared.http.handled import handled_many
from shared.http.problems import Problem, problem_of
from shared.http.refusals import AlreadyExists, ValidationFailed
from shared.http.rights import BACKDATE, require
from shared.projections.consistency import encode, token_of

__all__ = ["Batch", "BatchCall", "BatchItem", "BatchResults", "ItemCall", "batch_of"]

AnyRequest = CommandRequest[Any, Any, Any]
Outcome = Answer | DomainError | Misshapen
Outcomes = dict[int, Outcome]
DryRun = Annotated[bool, Query(description="Answer every command as it would be answered, and write nothing")]


@dataclass(frozen=True, slots=True)
class ItemCall:
    """The circumstances of one command: its stream, time, key and expected version."""

    stream_id: UUID
    intent: Intent

    @property
    def at(self) -> datetime:
        """The business time of this command."""
        return self.intent.occurred_at

    def request(self, decider: Decider[Any, Any, Any], command: Command) -> AnyRequest:
        """This command for its stream."""
        return CommandRequest(decider, self.stream_id, command, self.intent)


@dataclass(frozen=True, slots=True)
class BatchCall:
    """One batch by one principal; its items inherit `intent`, and `key` where they bring none.

    `dry_run`: every command is answered as it would be, and nothing is written.
    """

    request: Request
    service: ServiceContext
    principal: Principal
    key: str
    intent: Intent
    dry_run: bool

    def require(self, action: str) -> None:
        """Raise Forbidden unless the principal also has this right."""
        require(self.service.rights, self.principal, action)

    def times(self, batch: Batch[Item]) -> frozenset[datetime]:
        """The business times of the commands, to look up at once what they ask of them."""
        said = {item.occurred_at for item in batch.items() if item.occurred_at is not None}
        return frozenset({self.intent.occurred_at, *(at for text in said if (at := _readable(text)))})

    async def run(
        self,
        batch: Batch[Item],
        wish: Callable[[Item, ItemCall], AnyRequest],
        *,
        visible: AbstractSet[UUID] | None = None,
    ) -> Response:
        """Answer every command; `wish` turns an item into a request or raises that item's refusal.

        `visible`: ids of existing things that the principal may see (None = all). What this batch itself creates
        joins in, but only once it is created: else a refused creation would open what it collides with.
        """
        keys = [self._key(index, item) for index, item in enumerate(batch.entries())]
        outcomes: Outcomes = {i: item for i, item in enumerate(batch.entries()) if isinstance(item, Misshapen)}
        first, later = _in_two(batch, visible, outcomes)
        await self._take(batch, first, keys, _guarded(wish, visible), outcomes)
        if later:
            created = {a.stream_id for a in outcomes.values() if isinstance(a, Answer) and not a.replayed}
            again = first if self.dry_run else []  # what nothing has written yet is tried together with what follows
            seen = created | (visible or frozenset()) if self.dry_run else created
            await self._take(batch, sorted(again + later), keys, _guarded(wish, seen), outcomes)
        await self._repeat(keys, outcomes)
        return self._response(batch, outcomes)

    async def _repeat(self, keys: list[CommandKey], outcomes: Outcomes) -> None:
        """A repeated command that is refused before it reaches its stream still gets its first answer."""
        refused = [keys[index] for index, outcome in outcomes.items() if isinstance(outcome, DomainError)]
        seen = await self.service.log.answered_many(refused) if refused else {}
        for index, outcome in outcomes.items():
            if isinstance(outcome, DomainError):
                outcomes[index] = seen.get(keys[index].key, outcome)

    async def _take(
        self,
        batch: Batch[Item],
        indices: Iterable[int],
        keys: list[CommandKey],
        wish: Callable[[Item, ItemCall], AnyRequest],
        outcomes: Outcomes,
    ) -> None:
        """Hand these commands over together and note what became of each."""
        requests: dict[int, AnyRequest] = {}
        for index in indices:
            item = batch.commands[index]
            try:
                requests[index] = wish(item, self._call(item, keys[index]))
            except DomainError as refusal:
                outcomes[index] = refusal
        if requests:
            take = self.service.handler.try_many if self.dry_run else partial(handled_many, self.service)
            answers = await take(list(requests.values()))
            outcomes.update(zip(requests, answers, strict=True))

    def _call(self, item: BatchItem, key: CommandKey) -> ItemCall:
        """An item's own circumstances; raises Forbidden or Invalid."""
        require(self.service.rights, self.principal, item.action)
        if item.id is None and not item.creates:
            raise Invalid("This command needs the id of what it is for.", field="/id")
        expected = 0 if item.creates else item.if_match
        at = self.intent.occurred_at if item.occurred_at is None else self._backdated(item.occurred_at)
        intent = replace(self.intent, key=key, expected_version=expected, occurred_at=at)
        return ItemCall(item.id or uuid7(), intent)

    def _backdated(self, text: str) -> datetime:
        require(self.service.rights, self.principal, BACKDATE)
        return headers.moment(text, datetime.now(UTC), field="/occurred_at")

    def _key(self, index: int, item: BatchItem | Misshapen) -> CommandKey:
        own = None if isinstance(item, Misshapen) else item.idempotency_key
        content = arrival_of(self.request).content["commands"][index]
        return scoped_key(self.principal, self.request, own or f"{self.key}#{index}", content)

    def _response(self, batch: Batch[Item], outcomes: Outcomes) -> Response:
        results = [self._result(index, item, outcomes[index]) for index, item in enumerate(batch.entries())]
        answers = [outcome for outcome in outcomes.values() if isinstance(outcome, Answer)]
        said = {}
        if token := encode(token_of(self.service.name, answers)):
            said[CONSISTENCY_TOKEN] = token
        if answers and all(answer.replayed for answer in answers):
            said["Idempotency-Replayed"] = "true"
        return Response(orjson.dumps({"results": results}), 200, said, media_type=JSON)

    def _result(self, index: int, item: BatchItem | Misshapen, outcome: Outcome) -> dict[str, Any]:
        creates = not isinstance(item, Misshapen) and item.creates
        match outcome:
            case Answer():
                status = 201 if creates else 200
                return {"index": index, "status": status, "id": str(outcome.stream_id), "version": outcome.version}
            case Misshapen():
                problem = problem_of(ValidationFailed(), faults=outcome.faults)
            case DomainError():
                exists = creates and isinstance(outcome, WrongVersion)
                problem = problem_of(AlreadyExists(field="/id") if exists else outcome)
            case _:
                assert_never(outcome)
        return {"index": index, "status": problem.status, "problem": self._located(index, problem)}

    def _located(self, index: int, problem: Problem) -> dict[str, Any]:
        """A problem of an item, its pointers seen from the whole body."""
        faults = [
            msgspec.structs.replace(fault, pointer=f"/commands/{index}{fault.pointer}") for fault in problem.errors
        ]
        trace_id = arrival_of(self.request).trace.trace_id
        located: dict[str, Any] = msgspec.to_builtins(
            msgspec.structs.replace(problem, errors=faults, trace_id=trace_id)
        )
        return located


class BatchRight:
    """The dependency of a batch route; each item's right is checked on its own."""

    async def __call__(self, request: Request, *, dry_run: DryRun = False) -> BatchCall:
        """Raise Unauthenticated, or the refusals of a missing or malformed key."""
        principal = await authorised(request, None)
        key = headers.idempotency_key(request.headers.get("idempotency-key"))
        arrival = arrival_of(request)
        intent = Intent(
            actor=principal.subject,
            correlation_id=arrival.correlation_id,
            occurred_at=occurred_at(request, principal),
            traceparent=arrival.trace.header,
        )
        return BatchCall(request, service_of(request), principal, key, intent, dry_run)


def batch_of() -> BatchRight:
    """`Annotated[BatchCall, Depends(batch_of())]`."""
    return BatchRight()


def _readable(text: str) -> datetime | None:
    """A time that its command will be refused for is none."""
    try:
        return headers.moment(text, datetime.now(UTC))
    except Invalid:
        return None


def _in_two(batch: Batch[Item], visible: AbstractSet[UUID] | None, outcomes: Outcomes) -> tuple[list[int], list[int]]:
    """Indices to take at once, and those for things that only this batch creates."""
    made = {item.id for item in batch.items() if item.creates and item.id is not None}
    first: list[int] = []
    later: list[int] = []
    for index, item in enumerate(batch.entries()):
        if index not in outcomes and not isinstance(item, Misshapen):
            waits = visible is not None and not item.creates and item.id in made and item.id not in visible
            (later if waits else first).append(index)
    return first, later


def _guarded(
    wish: Callable[[Item, ItemCall], AnyRequest], visible: AbstractSet[UUID] | None
) -> Callable[[Item, ItemCall], AnyRequest]:
    """The same wish, for things that may be seen."""

    def seen_only(item: Item, call: ItemCall) -> AnyRequest:
        if visible is not None and not item.creates and call.stream_id not in visible:
            raise NotFound
        return wish(item, call)

    return seen_only
