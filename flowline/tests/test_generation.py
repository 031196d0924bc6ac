"""A generated history: the same again and again, lawful, and written once however often it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowline.generation import process
from flowline.generation.appending import append_all
from flowline.generation.blocks import SIZE, Block, tell, told
from flowline.generation.parameters import CannotGenerate, Parameters
from flowline.generation.story import Teller
from flowline.generation.tally import Tally
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.state import OpenedDeal
from services.pipeline.domain.sales_process.drawing import Drawing
from services.pipeline.domain.sales_process.lint import faults
from shared.errors import Unavailable, WrongVersion
from shared.eventstore.append import Answer, Append, StreamWrite
from shared.eventstore.catalogue import Catalogue

KINDS = {
    *("DealOpened", "DealStageChanged", "DealWon", "DealLost", "DealReopened", "DealAmountChanged"),
    *("DealForecastChanged", "DealMigrated"),
    *("DealLinesChanged", "DealExpectedCloseChanged", "DealAssigned", "DealCorrected", "DealDeleted", "DealRestored"),
}
SMALL = Parameters(deals=2 * SIZE + 30, seed=5, owners=30, teams=4, customers=40)


@dataclass(slots=True)
class Log:
    """An event store in memory that refuses now and then, and dies after so many appends."""

    streams: dict[UUID, StreamWrite] = field(default_factory=dict)
    order: list[UUID] = field(default_factory=list)
    refusals: int = 0
    lives: int = 1 << 30

    async def versions(self, stream_ids: Iterable[UUID]) -> Mapping[UUID, int]:
        return {stream: len(self.streams[stream].events) for stream in stream_ids if stream in self.streams}

    async def append(self, append: Append) -> Answer:
        await asyncio.sleep(0)
        if not self.lives:
            raise ConnectionResetError("killed")
        self.lives -= 1
        if any(write.stream_id in self.streams for write in append.writes):
            raise WrongVersion(current=1)
        self.streams |= {write.stream_id: write for write in append.writes}
        self.order += [write.stream_id for write in append.writes]
        if self.refusals:
            self.refusals -= 1
            raise Unavailable("written, but the answer was lost")
        return Answer(append.writes[0].stream_id, 1, 1, {})


async def blocks(parameters: Parameters) -> AsyncIterator[Block]:
    for first in range(0, parameters.deals, SIZE):
        yield tell(parameters, first, min(SIZE, parameters.deals - first))


def whole(parameters: Parameters) -> dict[UUID, StreamWrite]:
    made = tell(parameters, 0, parameters.deals)
    return {write.stream_id: write for write in made.writes}


async def test_the_same_seed_gives_the_same_log_with_any_number_of_workers() -> None:
    expected = whole(SMALL)
    for workers in (1, 2):
        log = Log()
        done = await append_all(log, told(SMALL, workers), lambda _: None)
        assert (done.deals, done.known) == (SMALL.deals, 0)
        assert log.streams == expected
        assert log.order == list(expected)


def test_another_seed_gives_another_history() -> None:
    other = Parameters(deals=SMALL.deals, seed=6, owners=30, teams=4, customers=40)
    assert whole(SMALL).keys().isdisjoint(whole(other))


async def test_a_run_that_was_cut_off_is_finished_by_the_next() -> None:
    log = Log(lives=1)
    with pytest.raises(ExceptionGroup):
        await append_all(log, blocks(SMALL), lambda _: None)
    assert 0 < len(log.streams) < SMALL.deals
    written, log.lives = len(log.streams), 1 << 30
    done = await append_all(log, blocks(SMALL), lambda _: None)
    assert (done.known, done.deals) == (written, SMALL.deals - written)
    assert log.streams == whole(SMALL)
    assert done.tally == tell(SMALL, 0, SMALL.deals).tally


async def test_an_append_with_a_lost_answer_is_not_written_twice() -> None:
    log = Log(refusals=2)
    done = await append_all(log, blocks(SMALL), lambda _: None)
    assert log.streams == whole(SMALL)
    assert len(log.order) == SMALL.deals
    assert done.tally.deals == SMALL.deals


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1 << 40), number=st.integers(0, 9_999))
def test_every_history_is_lawful(seed: int, number: int) -> None:
    parameters = Parameters(deals=10_000, seed=seed)
    life = Teller(parameters).tell(number)
    state, arrows = DEAL.initial, process.VERSIONS
    for fact in life.facts:
        before, state = state, DEAL.fold(state, fact.event, fact.at)
        if isinstance(before, OpenedDeal) and isinstance(state, OpenedDeal) and before.stage != state.stage:
            assert arrows[before.content.process_version - 1].allows(before.stage.key, state.stage.key)
    assert state == life.end
    assert all(earlier.at <= later.at for earlier, later in pairwise(life.facts))
    assert all(parameters.begins <= fact.at < parameters.ends for fact in life.facts)


def test_what_is_stored_folds_to_what_was_told() -> None:
    catalogue, teller = Catalogue("pipeline", [DEAL]), Teller(SMALL)
    stored = list(whole(SMALL).values())
    for number in range(0, SMALL.deals, 7):
        state = DEAL.initial
        for event in stored[number].events:
            fact: Any = msgspec.json.decode(event.data, type=catalogue.type_of(event.type))
            state = DEAL.fold(state, fact, event.occurred_at)
        assert state == teller.tell(number).end


def test_deals_have_about_six_events_of_every_kind() -> None:
    summary = tell(Parameters(deals=4000), 0, 4000).tally.summary()
    assert 5.5 < summary["events"] / summary["deals"] < 7
    assert set(summary["by_event"]) == KINDS
    assert set(summary["by_stage"]) == {stage.key for version in process.VERSIONS for stage in version.stages}


def test_no_two_events_have_the_same_id() -> None:
    ids = [event.event_id for write in whole(SMALL).values() for event in write.events]
    assert len(ids) == len(set(ids))


def test_tallies_add_up() -> None:
    added = Tally()
    for first in (0, 100, 200):
        added.add(tell(SMALL, first, 100).tally)
    assert added == tell(SMALL, 0, 300).tally


def test_the_process_is_sound() -> None:
    for version in process.VERSIONS:
        assert not faults(Drawing(version.stages, version.moves))


@pytest.mark.parametrize(
    "wrong",
    [
        {"deals": 0},
        {"owners": -1},
        {"start": date(2026, 1, 1), "until": date(2026, 1, 1)},
        {"currencies": ("CNY", "XXX")},
        {"currencies": ()},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(CannotGenerate):
        Parameters(**{"deals": 10, **wrong})  # type: ignore[arg-type]


def test_another_drawing_under_our_id_is_noticed() -> None:
    drawn = [call.body | {"published": True} for call in process.process_calls() if call.path.endswith("/versions")]
    assert process.is_drawn_like(drawn)
    assert not process.is_drawn_like(drawn[:1])
    assert not process.is_drawn_like([drawn[0], drawn[1] | {"published": False}])
    assert not process.is_drawn_like([drawn[0], drawn[1] | {"moves": drawn[1]["moves"][1:]}])
    assert not process.is_drawn_like([drawn[1], drawn[0]])
