"""From a request to an answer: load the stream, fold it, decide, append; one command or many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from shared.domain import Decider, Event, Fact, State, Wish
from shared.errors import Conflict, DomainError, KeyReused, Rejected, Unavailable, WrongVersion
from shared.eventstore.answers import Outcome
from shared.eventstore.append import Answer, Append, CommandKey, Guard, NewEvent, StreamWrite
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.intent import Intent, Request
from shared.eventstore.personal import Keys
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.recorded import Metadata, Recorded

ATTEMPTS = 5
# Clocks of replicas differ a little; within this much, a command counts as simultaneous with the last event.
CLOCK_SKEW = timedelta(milliseconds=500)

AnyRequest = Request[Any, Any, Any]


class OccurredBeforeLastEvent(Rejected):
    """It cannot have happened before what is already recorded of the same thing."""

    code = "occurred-before-last-event"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stream folded so far."""

    state: Any
    version: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a request leads to: the facts at their business time, on top of `before`."""

    request: AnyRequest
    before: Loaded
    facts: Sequence[Event]
    at: datetime

    def after(self) -> Loaded:
        """The stream once the facts are appended."""
        state = self.before.state
        for fact in self.facts:
            state = self.request.decider.fold(state, fact, self.at)
        return Loaded(state, self.before.version + len(self.facts), self.at if self.facts else self.before.last_at)


class CommandHandler:
    """Runs the commands of one service against its event store."""

    def __init__(self, store: PostgresEventStore, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue

    async def load(self, decider: Decider[State, Wish, Fact], stream_id: UUID) -> tuple[State, int]:
        """The state and version of a stream; (initial, 0) when it does not exist."""
        loaded = (await self._load_many([(decider, stream_id)]))[stream_id]
        return loaded.state, loaded.version

    async def handle(self, request: AnyRequest) -> Answer:
        """Run one command. Without an expected version a lost race is decided anew, up to 5 times.

        Raises what `decide` raises, WrongVersion, OccurredBeforeLastEvent and what `PostgresEventStore.append` raises;
        but a repeated key is always answered as the first time.
        """
        try:
            return await self._attempts(request)
        except (Unavailable, KeyReused):
            raise
        except DomainError:
            # The first run of the same request may have changed the very thing that refuses its repetition now.
            if request.intent.key and (answer := await self._store.answered(request.intent.key)):
                return answer
            raise

    async def _attempts(self, request: AnyRequest) -> Answer:
        for attempt in range(1, ATTEMPTS + 1):
            loaded = (await self._load_many([(request.decider, request.stream_id)]))[request.stream_id]
            try:
                decision = _decide(request, loaded)
                return await self._append(decision, await self._keys_for([decision]))
            except WrongVersion:
                if request.intent.expected_version is not None or attempt == ATTEMPTS:
                    raise
        raise AssertionError

    async def handle_many(self, requests: Sequence[AnyRequest]) -> list[Answer | DomainError]:
        """Run many commands, each with its own outcome, in the order of `requests`.

        Commands for one stream run in their order; everything else is loaded, decided and appended together.
        """
        outcomes: list[Answer | DomainError | None] = await self._replays(requests)
        streams = [(r.decider, r.stream_id) for r, known in zip(requests, outcomes, strict=True) if known is None]
        loaded = await self._load_many(streams)
        for wave in _waves(requests, outcomes):
            results = await self._run_wave([requests[index] for index in wave], loaded)
            for index, result in zip(wave, results, strict=True):
                outcomes[index] = result
        return [outcome for outcome in outcomes if outcome is not None]

    async def _replays(self, requests: Sequence[AnyRequest]) -> list[Outcome | None]:
        keys: list[CommandKey] = [request.intent.key for request in requests if request.intent.key]
        known = await self._store.answered_many(keys) if keys else {}
        return [known.get(request.intent.key.key) if request.intent.key else None for request in requests]

    async def _run_wave(self, wave: Sequence[AnyRequest], loaded: dict[UUID, Loaded]) -> list[Outcome]:
        """Commands for as many different streams: decided one by one, appended all at once."""
        decided = [_decided(request, loaded[request.stream_id]) for request in wave]
        keys = await self._keys_for([decision for decision in decided if isinstance(decision, Decision)])
        return await asyncio.gather(
            *(self._in_wave(request, decision, keys, loaded) for request, decision in zip(wave, decided, strict=True))
        )

    async def _in_wave(
        self, request: AnyRequest, decided: Decision | DomainError, keys: Keys, loaded: dict[UUID, Loaded]
    ) -> Outcome:
        if isinstance(decided, Decision):
            try:
                answer = await self._append(decided, keys)
            except WrongVersion:
                pass
            except DomainError as error:
                return error
            else:
                loaded[request.stream_id] = loaded[request.stream_id] if answer.replayed else decided.after()
                return answer
        elif request.intent.key is None and not isinstance(decided, WrongVersion):
            return decided
        return await self._anew(request, loaded)

    async def _anew(self, request: AnyRequest, loaded: dict[UUID, Loaded]) -> Outcome:
        """One by one, what met a race: it is decided again, or turns out to be answered already."""
        try:
            answer = await self.handle(request)
        except DomainError as error:
            return error
        loaded.update(await self._load_many([(request.decider, request.stream_id)]))
        return answer

    async def _load_many(self, wanted: Iterable[tuple[Decider[Any, Any, Any], UUID]]) -> dict[UUID, Loaded]:
        deciders = {stream_id: decider for decider, stream_id in wanted}
        if not deciders:
            return {}
        streams = await self._store.read_streams(deciders)
        opened = await self._opened([event for events in streams.values() for event in events])
        return {s: _fold(deciders[s], events, opened) for s, events in streams.items()}

    async def _opened(self, events: list[Recorded]) -> dict[int, Event]:
        facts = await self._catalogue.open_many(events)
        return {recorded.position: fact for recorded, fact in zip(events, facts, strict=True)}

    async def _keys_for(self, decisions: Sequence[Decision]) -> Keys:
        return await self._catalogue.keys_for([(d.request.stream_id, fact) for d in decisions for fact in d.facts])

    async def _append(self, decision: Decision, keys: Keys) -> Answer:
        request = decision.request
        if not decision.facts and request.intent.key is None:
            epoch, _ = await self._store.head()
            return Answer(request.stream_id, decision.before.version, epoch, {})
        write = StreamWrite(request.stream_id, decision.before.version, self._sealed(decision, keys))
        return await self._store.append(Append((write,), _guards(decision), request.intent.key))

    def _sealed(self, decision: Decision, keys: Keys) -> tuple[NewEvent, ...]:
        metadata, events = _metadata(decision.request.intent), []
        for fact in decision.facts:
            event_id = uuid7()
            data = self._catalogue.seal(fact, event_id=event_id, stream_id=decision.request.stream_id, keys=keys)
            events.append(NewEvent(event_id, type(fact).__name__, fact.schema_version, data, metadata, decision.at))
        return tuple(events)


def _decided(request: AnyRequest, loaded: Loaded) -> Decision | DomainError:
    try:
        return _decide(request, loaded)
    except DomainError as error:
        return error


def _decide(request: AnyRequest, loaded: Loaded) -> Decision:
    intent = request.intent
    if intent.expected_version is not None and intent.expected_version != loaded.version:
        raise WrongVersion(current=loaded.version)
    facts = tuple(request.decider.decide(loaded.state, request.command))
    at = intent.occurred_at
    if facts and loaded.last_at is not None and at < loaded.last_at:
        if loaded.last_at - at > CLOCK_SKEW:
            raise OccurredBeforeLastEvent
        at = loaded.last_at
    return Decision(request, loaded, facts, at)


def _fold(decider: Decider[Any, Any, Any], events: Sequence[Recorded], opened: dict[int, Event]) -> Loaded:
    loaded = Loaded(decider.initial)
    for recorded in events:
        fact = opened[recorded.position]
        if not isinstance(fact, decider.events):
            raise Conflict(f"This id belongs to something else than a {decider.category}.")
        at = recorded.occurred_at
        loaded = Loaded(decider.fold(loaded.state, fact, at), recorded.version, at)
    return loaded


def _waves(requests: Sequence[AnyRequest], outcomes: Sequence[object | None]) -> list[list[int]]:
    """The indexes still to run: the first command of every stream, then the second of every stream, and so on."""
    waves: list[list[int]] = []
    seen: dict[UUID, int] = {}
    for index, (request, known) in enumerate(zip(requests, outcomes, strict=True)):
        if known is None:
            number = seen.get(request.stream_id, 0)
            seen[request.stream_id] = number + 1
            if number == len(waves):
                waves.append([])
            waves[number].append(index)
    return waves


def _guards(decision: Decision) -> tuple[Guard, ...]:
    claims = (claim for fact in decision.facts for claim in decision.request.decider.claims(fact))
    return tuple(Guard(claim.key, decision.request.stream_id, claim.held) for claim in claims)


def _metadata(intent: Intent) -> Metadata:
    return Metadata(
        actor=intent.actor,
        correlation_id=intent.correlation_id,
        on_behalf_of=intent.on_behalf_of,
        causation_id=intent.causation_id,
        traceparent=intent.traceparent,
        key=intent.key.key if intent.key else None,
    )
