"""What a command leads to, before anything is written: folding a stream, deciding on it, what belongs to the facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.domain import Decider, Event
from shared.errors import Conflict, DomainError, Rejected, WrongVersion
from shared.eventstore.append import Guard
from shared.eventstore.intent import Intent, Request
from shared.eventstore.recorded import Metadata, Recorded

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


def decided(request: AnyRequest, loaded: Loaded) -> Decision | DomainError:
    """What a request leads to, or its refusal as a value."""
    try:
        return decide(request, loaded)
    except DomainError as error:
        return error


def decide(request: AnyRequest, loaded: Loaded) -> Decision:
    """What a request leads to; raises WrongVersion, what its decider raises, and OccurredBeforeLastEvent."""
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


def folded(decider: Decider[Any, Any, Any], events: Sequence[Recorded], opened: dict[int, Event]) -> Loaded:
    """A stream's events (position → event) as its state; raises Conflict for another aggregate's."""
    loaded = Loaded(decider.initial)
    for recorded in events:
        fact = opened[recorded.position]
        if not isinstance(fact, decider.events):
            raise Conflict(f"This id belongs to something else than a {decider.category}.")
        at = recorded.occurred_at
        loaded = Loaded(decider.fold(loaded.state, fact, at), recorded.version, at)
    return loaded


def guards(decisions: Sequence[Decision]) -> tuple[Guard, ...]:
    """The unique keys that these facts take and give back."""
    return tuple(
        Guard(claim.key, decision.request.stream_id, claim.held)
        for decision in decisions
        for fact in decision.facts
        for claim in decision.request.decider.claims(fact)
    )


def metadata(intent: Intent) -> Metadata:
    """What is kept beside each fact of a command."""
    return Metadata(
        actor=intent.actor,
        correlation_id=intent.correlation_id,
        on_behalf_of=intent.on_behalf_of,
        causation_id=intent.causation_id,
        traceparent=intent.traceparent,
        key=intent.key.key if intent.key else None,
    )
