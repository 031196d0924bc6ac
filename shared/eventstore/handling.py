"""From a request to an answer: load the stream, fold it, decide, append; one command or many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from shared.domain import Decider, Event, Fact, State, Wish
from shared.errors import DomainError, KeyReused, Unavailable, WrongVersion
from shared.eventstore.answers import Outcome
from shared.eventstore.append import Answer, Append, CommandKey, NewEvent, StreamWrite
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.deciding import AnyRequest, Decision, Loaded, decide, decided, folded, guards, metadata
from shared.eventstore.personal import Keys
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.recorded import Recorded

ATTEMPTS = 5


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
        return await self.handle_together([request])

    async def handle_together(self, requests: Sequence[AnyRequest]) -> Answer:
        """Run commands for different streams as one change, all of it or nothing, like `handle`; the first one leads.

        Its key counts and its stream is answered; where it has nothing to say, because it was done before, the others
        are not asked. A request that expects a version is never decided anew.
        """
        try:
            return await self._attempts(requests)
        except (Unavailable, KeyReused):
            raise
        except DomainError:
            # The first run of the same request may have changed the very thing that refuses its repetition now.
            key = requests[0].intent.key
            if key and (answer := await self._store.answered(key)):
                return answer
            raise

    async def _attempts(self, requests: Sequence[AnyRequest]) -> Answer:
        expecting = any(request.intent.expected_version is not None for request in requests)
        for attempt in range(1, ATTEMPTS + 1):
            loaded = await self._load_many([(request.decider, request.stream_id) for request in requests])
            try:
                decisions = [decide(requests[0], loaded[requests[0].stream_id])]
                if decisions[0].facts:
                    decisions += [decide(request, loaded[request.stream_id]) for request in requests[1:]]
                return await self._append(decisions, await self._keys_for(decisions))
            except WrongVersion:
                if expecting or attempt == ATTEMPTS:
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

    async def try_many(self, requests: Sequence[AnyRequest]) -> list[Answer | DomainError]:
        """What `handle_many` would answer, writing nothing.

        Refusals that only the append finds, such as a unique value that somebody else holds, are not among them.
        """
        outcomes: list[Answer | DomainError | None] = await self._replays(requests)
        epoch, _ = await self._store.head()
        loaded = await self._load_many([(request.decider, request.stream_id) for request in requests])
        for index, request in enumerate(requests):
            if outcomes[index] is None:
                decision = decided(request, loaded[request.stream_id])
                if isinstance(decision, Decision):
                    loaded[request.stream_id] = decision.after()
                    outcomes[index] = Answer(request.stream_id, loaded[request.stream_id].version, epoch, {})
                else:
                    outcomes[index] = decision
        return [outcome for outcome in outcomes if outcome is not None]

    async def _replays(self, requests: Sequence[AnyRequest]) -> list[Outcome | None]:
        keys: list[CommandKey] = [request.intent.key for request in requests if request.intent.key]
        known = await self._store.answered_many(keys) if keys else {}
        return [known.get(request.intent.key.key) if request.intent.key else None for request in requests]

    async def _run_wave(self, wave: Sequence[AnyRequest], loaded: dict[UUID, Loaded]) -> list[Outcome]:
        """Commands for as many different streams: decided one by one, appended all at once."""
        decisions = [decided(request, loaded[request.stream_id]) for request in wave]
        keys = await self._keys_for([decision for decision in decisions if isinstance(decision, Decision)])
        return await asyncio.gather(
            *(self._in_wave(request, one, keys, loaded) for request, one in zip(wave, decisions, strict=True))
        )

    async def _in_wave(
        self, request: AnyRequest, decision: Decision | DomainError, keys: Keys, loaded: dict[UUID, Loaded]
    ) -> Outcome:
        if isinstance(decision, Decision):
            try:
                answer = await self._append([decision], keys)
            except WrongVersion:
                pass
            except DomainError as error:
                return error
            else:
                loaded[request.stream_id] = loaded[request.stream_id] if answer.replayed else decision.after()
                return answer
        elif request.intent.key is None and not isinstance(decided, WrongVersion):
            return decision
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
        return {s: folded(deciders[s], events, opened) for s, events in streams.items()}

    async def _opened(self, events: list[Recorded]) -> dict[int, Event]:
        facts = await self._catalogue.open_many(events)
        return {recorded.position: fact for recorded, fact in zip(events, facts, strict=True)}

    async def _keys_for(self, decisions: Sequence[Decision]) -> Keys:
        return await self._catalogue.keys_for([(d.request.stream_id, fact) for d in decisions for fact in d.facts])

    async def _append(self, decisions: Sequence[Decision], keys: Keys) -> Answer:
        first = decisions[0]
        key = first.request.intent.key
        if not any(decision.facts for decision in decisions) and key is None:
            epoch, _ = await self._store.head()
            return Answer(first.request.stream_id, first.before.version, epoch, {})
        writes = [StreamWrite(d.request.stream_id, d.before.version, self._sealed(d, keys)) for d in decisions]
        return await self._store.append(Append(tuple(writes), guards(decisions), key))

    def _sealed(self, decision: Decision, keys: Keys) -> tuple[NewEvent, ...]:
        about, events = metadata(decision.request.intent), []
        for fact in decision.facts:
            event_id = uuid7()
            data = self._catalogue.seal(fact, event_id=event_id, stream_id=decision.request.stream_id, keys=keys)
            events.append(NewEvent(event_id, type(fact).__name__, fact.schema_version, data, about, decision.at))
        return tuple(events)


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
