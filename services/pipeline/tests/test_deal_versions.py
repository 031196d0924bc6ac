"""Deals over versions of a process: wherever moves, migrations and reopening lead, a stage belongs to its version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace as altered
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.pipeline.domain.deal import commands
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.events import (
    DealEvent,
    DealLost,
    DealMigrated,
    DealOpened,
    DealStageChanged,
    DealWon,
)
from services.pipeline.domain.deal.state import Deal, DeletedDeal, LivingDeal, LostDeal, NoDeal, OpenedDeal, WonDeal
from services.pipeline.domain.deal.trial import Attempt, Happened, refusals
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import Stage
from services.pipeline.tests.examples import GTX_PRO, ISDOM_ID, NOW, PROCESS_ID, usd
from services.pipeline.tests.strict import NEXT, PLAN, STRICT
from shared.errors import DomainError

KEYS = sorted({stage.key for definition in (STRICT, NEXT) for stage in definition.stages} | {"moon"})
DRAFT = altered(NEXT, version=3, published=False)
VERSIONS = (STRICT, NEXT, DRAFT)
BACK = {"qualify": "qualify", "offer": "propose", "negotiate": "negotiate"}

keys = st.sampled_from(KEYS)
WRONG = {"qualify": "won", "propose": "lost", "offer": "won", "negotiate": "won", "paused": "lost"}
plans = st.sampled_from([PLAN, BACK, WRONG]) | st.dictionaries(keys, keys, max_size=4)
definitions = st.sampled_from(VERSIONS)
reasons = st.none() | st.just("a promise")


class Lives(RuleBasedStateMachine):
    """One deal, driven by commands that are sound or not, each with whatever version a caller may have looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.deal: Deal = NoDeal()
        self.history: list[Happened] = []
        self.now = NOW

    @initialize(definition=definitions, stage=st.none() | keys)
    def opened(self, definition: Definition, stage: str | None) -> None:
        opening = commands.OpenDeal(name="a", definition=definition, stage=stage, customer_id=ISDOM_ID, amount=usd("1"))
        self._wish(opening)
        self._wish(commands.OpenDeal(name="a", definition=STRICT))

    @rule(days=st.integers(0, 5))
    def waits(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(definition=definitions, to_stage=keys, override=reasons)
    def moves(self, definition: Definition, to_stage: str, override: str | None) -> None:
        wish = commands.MoveDealToStage(definition=definition, to_stage=to_stage, at=self.now, override=override)
        self._wish(wish)

    @rule(place=st.integers(0, 5), days=st.integers(0, 3))
    def goes_on_well_prepared(self, place: int, days: int) -> None:
        """With all that is asked for but perhaps enough days in its stage."""
        self._wish(commands.RestoreDeal())
        self._wish(commands.ChangeDealLines(lines=(GTX_PRO,)))
        self._wish(commands.CorrectDeal(source="fair", region="West"))
        self._wish(commands.TickDealChecklistItem(definition=self._own(), stage="qualify", item="budget"))
        self.now += timedelta(days=days)
        onward = self._own().onward(_living(self.deal).stage.key)
        for stage in onward[place % len(onward) :][:1] if onward else ():
            self._wish(self._step(stage))

    def _step(self, stage: Stage) -> commands.DealCommand:
        if stage.category == "won":
            return commands.WinDeal(definition=self._own(), at=self.now, amount=usd("4000"))
        if stage.category == "lost":
            return commands.LoseDeal(definition=self._own(), reason="x", at=self.now)
        return commands.MoveDealToStage(definition=self._own(), to_stage=stage.key, at=self.now)

    @rule(to_stage=keys, override=reasons)
    def moves_on_its_own_version(self, to_stage: str, override: str | None) -> None:
        wish = commands.MoveDealToStage(definition=self._own(), to_stage=to_stage, at=self.now, override=override)
        self._wish(wish)

    @rule(override=reasons)
    def wins(self, override: str | None) -> None:
        self._wish(commands.WinDeal(definition=self._own(), at=self.now, override=override))

    @rule(override=reasons, stage=st.none() | keys)
    def loses(self, override: str | None, stage: str | None) -> None:
        wish = commands.LoseDeal(definition=self._own(), reason="x", at=self.now, override=override, stage=stage)
        self._wish(wish)

    @rule(stage=st.none() | keys)
    def reopens(self, stage: str | None) -> None:
        """Also on a version that is retired by now."""
        self._wish(commands.ReopenDeal(definition=altered(self._own(), retired=True), stage=stage))

    @rule(from_version=st.integers(1, 3), definition=definitions, stages=plans)
    def migrates(self, from_version: int, definition: Definition, stages: Mapping[str, str]) -> None:
        wish = commands.MigrateDeal(from_version=from_version, definition=definition, stages=stages, reason="new")
        self._wish(wish)

    @rule(right=st.booleans())
    def migrates_forth_or_back(self, right: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        forth = self._own().version == 1
        definition, stages = (NEXT, PLAN) if forth else (STRICT, BACK)
        stages = stages if right else WRONG
        version = self._own().version
        self._wish(commands.MigrateDeal(from_version=version, definition=definition, stages=stages, reason="new"))

    @rule(amount=st.sampled_from(["1", "999.99", "1000", "5000"]), source=st.none() | st.just("fair"))
    def changes(self, amount: str, source: str | None) -> None:
        self._wish(commands.ChangeDealAmount(amount=usd(amount)))
        self._wish(commands.ChangeDealLines(lines=(GTX_PRO,) if source else ()))
        self._wish(commands.CorrectDeal(source=source, region=source))

    @rule(done=st.booleans())
    def ticks(self, done: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        wish = commands.TickDealChecklistItem(definition=self._own(), stage="qualify", item="budget", done=done)
        self._wish(wish)

    @rule(restore=st.booleans())
    def is_deleted_and_restored(self, restore: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        self._wish(commands.RestoreDeal() if restore else commands.DeleteDeal())

    @precondition(lambda self: self.history)
    @invariant()
    def is_never_in_a_stage_that_its_version_does_not_have(self) -> None:
        living = _living(self.deal)
        own = {stage.key: stage.category for stage in self._own().stages}
        assert living.content.process_id == PROCESS_ID
        assert own[living.stage.key] == living.stage.category
        assert isinstance(living, OpenedDeal) == (living.stage.category in {"open", "on_hold"})
        if isinstance(living, WonDeal | LostDeal):
            assert own[living.came_from.key] in {"open", "on_hold"}

    @precondition(lambda self: self.history)
    @invariant()
    def the_version_it_ran_on_would_have_refused_only_what_was_overridden(self) -> None:
        ran_on = _ran_on(self.history)
        for number in set(ran_on.values()):
            attempt = Attempt(VERSIONS[number - 1], NOW, self.now + timedelta(1))
            found = [f for f in refusals(attempt, self.history) if ran_on.get(f.version) == number]
            assert all(finding.overridden for finding in found)
            assert {(finding.version, finding.rule) for finding in found} == {
                (happened.version, rule)
                for happened in self.history
                if ran_on.get(happened.version) == number
                for rule in _overridden(happened.event)
            }

    def _own(self) -> Definition:
        return VERSIONS[_living(self.deal).content.process_version - 1]

    def _wish(self, wish: commands.DealCommand) -> None:
        try:
            facts = DEAL.decide(self.deal, wish)
        except DomainError:
            return
        for fact in facts:
            self.deal = DEAL.fold(self.deal, fact, self.now)
            self.history.append(Happened(len(self.history) + 1, fact, self.now))


def _living(deal: Deal) -> LivingDeal:
    assert not isinstance(deal, NoDeal)
    return deal.was if isinstance(deal, DeletedDeal) else deal


def _ran_on(history: Sequence[Happened]) -> dict[int, int]:
    """Which version of the process the deal ran on at each event but migrations."""
    number, found = 0, dict[int, int]()
    for happened in history:
        match happened.event:
            case DealMigrated(to_version=number):
                continue
            case DealOpened(process_version=number):
                pass
            case _:
                pass
        found[happened.version] = number
    return found


def _overridden(event: DealEvent) -> tuple[str, ...]:
    override = event.override if isinstance(event, DealStageChanged | DealWon | DealLost) else None
    return override.rules if override else ()


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=100, stateful_step_count=20, deadline=None)
