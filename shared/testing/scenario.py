"""Given these events, when this is asked, then that follows: how a decider is tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Generic

from shared.domain import Decider, Fact, State, Wish
from shared.errors import DomainError


@dataclass(frozen=True, slots=True)
class Scenario(Generic[State, Wish, Fact]):
    """What has happened to one aggregate; each `given` adds to it and leaves the earlier scenario as it was."""

    decider: Decider[State, Wish, Fact]
    history: tuple[Fact, ...] = ()

    def given(self, *events: Fact) -> Scenario[State, Wish, Fact]:
        """The same scenario after these events too."""
        return replace(self, history=(*self.history, *events))

    @property
    def state(self) -> State:
        """What the events add up to."""
        return reduce(self.decider.evolve, self.history, self.decider.initial)

    def when(self, command: Wish) -> Outcome[State, Wish, Fact]:
        """Ask for `command`; the outcome is checked by one of its `then` methods."""
        try:
            decided = tuple(self.decider.decide(self.state, command))
        except DomainError as refusal:
            return Outcome(self, (), refusal)
        return Outcome(self, decided)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[State, Wish, Fact]):
    """What a command led to."""

    before: Scenario[State, Wish, Fact]
    decided: Sequence[Fact] = field(default=())
    refusal: DomainError | None = None

    def then(self, *events: Fact) -> Scenario[State, Wish, Fact]:
        """Exactly these events happened, each of them belongs to the aggregate, and it can take them in."""
        if self.refusal is not None:
            raise AssertionError(f"refused: {self.refusal!r}") from self.refusal
        assert tuple(self.decided) == events
        assert all(isinstance(event, self.before.decider.events) for event in events)
        after = self.before.given(*events)
        assert after.state is not None
        return after

    def then_nothing(self) -> Scenario[State, Wish, Fact]:
        """The command had nothing to say and was not refused."""
        return self.then()

    def then_rejected(self, error: type[DomainError], *, field: str | None = None) -> None:
        """The command was refused by exactly this rule (blaming `field`, where one is given)."""
        assert type(self.refusal) is error, f"expected {error.__name__}, got {self.refusal or self.decided!r}"
        if field is not None:
            assert self.refusal.field == field


def scenario(decider: Decider[State, Wish, Fact]) -> Scenario[State, Wish, Fact]:
    """A scenario in which nothing has happened yet."""
    return Scenario(decider)
