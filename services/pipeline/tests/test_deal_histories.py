"""What holds after any sequence of commands on a deal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.pipeline.domain.deal import commands
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.events import (
    DealEvent,
    DealLost,
    DealOpened,
    DealReopened,
    DealStageChanged,
    DealWon,
    StageRef,
)
from services.pipeline.domain.deal.state import Deal, DeletedDeal, LostDeal, NoDeal, OpenedDeal, WonDeal
from services.pipeline.domain.money import Money
from services.pipeline.tests.examples import GTX_PRO, MG_SPECIAL, NOW, STAGES, definition, seen
from shared.errors import DomainError

HERE = definition()
KNOWN = frozenset(seen(stage) for stage in STAGES)

keys = st.sampled_from([*(stage.key for stage in STAGES), "moon"])
amounts = st.none() | st.builds(
    Money, amount=st.decimals(-5, 10**16, places=2), currency=st.sampled_from(["USD", "EUR", "JPY", "???"])
)
lines = st.lists(st.sampled_from([GTX_PRO, MG_SPECIAL]), max_size=2).map(tuple)
wishes = st.one_of(
    st.builds(commands.OpenDeal, name=st.just("a"), definition=st.just(HERE), stage=st.none() | keys, amount=amounts),
    st.builds(commands.MoveDealToStage, definition=st.just(HERE), at=st.just(NOW), to_stage=keys),
    st.builds(commands.WinDeal, definition=st.just(HERE), at=st.just(NOW), amount=amounts),
    st.builds(
        commands.LoseDeal, definition=st.just(HERE), at=st.just(NOW), reason=st.just("price"), stage=st.none() | keys
    ),
    st.builds(commands.ReopenDeal, definition=st.just(HERE), stage=st.none() | keys),
    st.builds(commands.ChangeDealLines, lines=lines),
    st.builds(commands.ChangeDealAmount, amount=amounts),
    st.builds(commands.DeleteDeal),
    st.builds(commands.RestoreDeal),
)
opening = commands.OpenDeal(name="a", definition=HERE)
histories = st.lists(wishes, max_size=25).map(lambda rest: [opening, *rest])


def _live(wished: Sequence[commands.DealCommand]) -> tuple[Deal, list[DealEvent]]:
    deal, events = DEAL.initial, list[DealEvent]()
    for wish in wished:
        try:
            decided = DEAL.decide(deal, wish)
        except DomainError:
            continue
        for event in decided:
            deal = DEAL.evolve(deal, event)
            events.append(event)
    return deal, events


def _step(event: DealEvent) -> tuple[StageRef | None, StageRef | None]:
    """The stage an event leaves and the one it enters."""
    match event:
        case DealOpened():
            return None, event.stage
        case DealStageChanged():
            return event.from_stage, event.to_stage
        case DealWon() | DealLost() | DealReopened():
            return event.from_stage, event.stage
        case _:
            return None, None


def _stage(deal: Deal) -> StageRef | None:
    match deal:
        case NoDeal():
            return None
        case DeletedDeal():
            return deal.was.stage
        case _:
            return deal.stage


@given(histories)
def test_a_deal_is_only_ever_in_stages_of_its_version(wished: list[commands.DealCommand]) -> None:
    _, events = _live(wished)
    met = {stage for event in events for stage in _step(event) if stage}
    assert met <= KNOWN


@given(histories)
def test_entered_is_left_plus_still_there(wished: list[commands.DealCommand]) -> None:
    deal, events = _live(wished)
    left = Counter(of for event in events if (of := _step(event)[0]))
    entered = Counter(to for event in events if (to := _step(event)[1]))
    assert entered == left + Counter([_stage(deal)])


@given(histories)
def test_every_step_begins_where_the_last_one_ended(wished: list[commands.DealCommand]) -> None:
    _, events = _live(wished)
    steps = [step for event in events if (step := _step(event))[1]]
    assert all(after[0] == before[1] for before, after in pairwise(steps))


@given(histories)
def test_the_kind_of_deal_is_the_category_of_its_stage(wished: list[commands.DealCommand]) -> None:
    deal, _ = _live(wished)
    living = deal.was if isinstance(deal, DeletedDeal) else deal
    kinds = {OpenedDeal: {"open", "on_hold"}, WonDeal: {"won"}, LostDeal: {"lost"}}
    assert not isinstance(living, NoDeal)
    assert living.stage.category in kinds[type(living)]


@given(histories)
def test_amounts_are_never_negative_and_never_in_another_currency_than_the_lines(
    wished: list[commands.DealCommand],
) -> None:
    deal, _ = _live(wished)
    living = deal.was if isinstance(deal, DeletedDeal) else deal
    assert not isinstance(living, NoDeal)
    amount = living.content.amount
    assert amount is None or amount.amount >= Decimal(0)
    assert {line.unit_price.currency for line in living.content.lines} <= {amount.currency if amount else "USD"}
