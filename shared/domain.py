"""What every aggregate is made of: events, commands and the three pure things that join them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Generic, TypeVar

import msgspec

T = TypeVar("T")

Personal = Annotated[T, msgspec.Meta(extra={"personal": True})]
"""A field of an event that says something about a person: `name: Personal[str]`, `email: Personal[str | None] = None`.

It is stored and published as an envelope that only the person's key opens; the type must take text or None, because
that is what is left of it after erasure. Fields of the event itself only, not of what it contains.
"""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A business fact in the past tense; its class name is the event's published name.

    The fields are the stored and published format: within one `schema_version` only optional fields may be added.
    """

    schema_version: ClassVar[int] = 1


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A wish in the imperative; ids come in from outside, time comes with the intent."""


State = TypeVar("State")
Wish = TypeVar("Wish", bound=Command)
Fact = TypeVar("Fact", bound=Event)


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that at most one stream may hold, such as `product-name:gtx pro`; released when `held` is False."""

    key: str
    held: bool = True


def claims_nothing(event: Event) -> Sequence[Claim]:
    """The claims of an aggregate without unique keys."""
    del event
    return ()


def undated(state: State, event: Event, at: datetime) -> State:
    """The state of an aggregate that does not look at time."""
    del event, at
    return state


@dataclass(frozen=True, slots=True)
class Decider(Generic[State, Wish, Fact]):
    """An aggregate: where it starts, what it answers to a wish and what each fact makes of it.

    `decide` returns the facts a wish leads to (none = nothing to say) or raises a `DomainError`;
    `evolve` never refuses; `dated` adds, after it, what the fact's business time says (for rules that count days).
    None of them awaits, reads a clock or draws a random number.
    """

    category: str
    initial: State
    decide: Callable[[State, Wish], Sequence[Fact]]
    evolve: Callable[[State, Fact], State]
    events: tuple[type[Fact], ...]
    claims: Callable[[Fact], Sequence[Claim]] = claims_nothing
    dated: Callable[[State, Fact, datetime], State] = undated

    def fold(self, state: State, fact: Fact, at: datetime) -> State:
        """What a fact that happened at this time makes of a state."""
        return self.dated(self.evolve(state, fact), fact, at)
