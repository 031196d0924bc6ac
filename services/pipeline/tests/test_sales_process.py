"""The rules of sales processes."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from services.pipeline.domain.sales_process.commands import (
    CreateSalesProcess,
    DraftSalesProcessVersion,
    PublishSalesProcessVersion,
)
from services.pipeline.domain.sales_process.decider import (
    SALES_PROCESS,
    ProcessExists,
    ProcessMissing,
    ProcessNotSound,
    VersionIsPublished,
    VersionMissing,
)
from services.pipeline.domain.sales_process.definition import every_move
from services.pipeline.domain.sales_process.drawing import Move, Stage
from services.pipeline.domain.sales_process.events import (
    SalesProcessVersionDrafted,
    SalesProcessVersionPublished,
)
from services.pipeline.domain.sales_process.lint import faults
from services.pipeline.tests.examples import (
    DISQUALIFIED,
    DRAFTED,
    LOST,
    MOVES,
    PAUSED,
    PROCESS_CREATED,
    PROSPECTING,
    PUBLISHED,
    STAGES,
    WON,
)
from shared.testing.scenario import scenario

nothing = scenario(SALES_PROCESS)
created = nothing.given(PROCESS_CREATED)
drafted = created.given(DRAFTED)
published = drafted.given(PUBLISHED)


def test_a_process_is_created_once() -> None:
    nothing.when(CreateSalesProcess(name="B2B sales 企业销售")).then(PROCESS_CREATED)
    created.when(CreateSalesProcess(name="again")).then_rejected(ProcessExists)


def test_versions_are_numbered_in_the_order_they_are_drafted() -> None:
    wish = DraftSalesProcessVersion(stages=STAGES, moves=MOVES)
    created.when(wish).then(DRAFTED)
    published.when(wish).then(SalesProcessVersionDrafted(number=2, stages=STAGES, moves=MOVES))
    nothing.when(wish).then_rejected(ProcessMissing)


def test_without_moves_every_way_is_drawn_but_none_out_of_a_closed_stage() -> None:
    stages = (PROSPECTING, WON, LOST)
    ways = (Move(from_stage="prospecting", to_stage="won"), Move(from_stage="prospecting", to_stage="lost"))
    drawn = SalesProcessVersionDrafted(number=1, stages=stages, moves=ways)
    created.when(DraftSalesProcessVersion(stages=stages)).then(drawn)


def test_a_sound_version_is_published_once() -> None:
    drafted.when(PublishSalesProcessVersion(number=1)).then(SalesProcessVersionPublished(number=1))
    published.when(PublishSalesProcessVersion(number=1)).then_rejected(VersionIsPublished)


@pytest.mark.parametrize("number", [0, 2, -1])
def test_only_a_drafted_version_is_published(number: int) -> None:
    drafted.when(PublishSalesProcessVersion(number=number)).then_rejected(VersionMissing)


def test_a_version_with_faults_is_not_published() -> None:
    faulty = created.given(SalesProcessVersionDrafted(number=1, stages=(PROSPECTING, WON), moves=()))
    faulty.when(PublishSalesProcessVersion(number=1)).then_rejected(ProcessNotSound)


def test_the_example_has_no_faults() -> None:
    assert faults(STAGES, MOVES) == []
    assert faults(STAGES, every_move(STAGES)) == []


def _stage(key: str, name: str = "Another", category: str = "open", probability: int = 5) -> Stage:
    return replace(PROSPECTING, key=key, name=name, category=category, probability=probability)


def _move(from_stage: str, to_stage: str) -> Move:
    return Move(from_stage=from_stage, to_stage=to_stage)


@pytest.mark.parametrize(
    ("stages", "moves", "fault"),
    [
        ((), (), "There must be exactly one won stage, not 0."),
        ((*STAGES, _stage("won2", category="won")), MOVES, "There must be exactly one won stage, not 2."),
        ((PROSPECTING, WON), (_move("prospecting", "won"),), "There must be at least one lost stage."),
        ((PAUSED, WON, LOST), every_move((PAUSED, WON, LOST)), "There must be at least one open stage."),
        ((*STAGES, _stage("engaging")), MOVES, "The key 'engaging' is used more than once."),
        ((*STAGES, _stage("other", " engaging ")), MOVES, "The name 'engaging' is used more than once."),
        ((*STAGES, _stage(" ")), MOVES, "Stage ' ' needs a key and a name."),
        ((*STAGES, _stage("x", probability=101)), MOVES, "The probability of 'x' is not 0 to 100."),
        (STAGES, (*MOVES, _move("engaging", "moon")), "Move 'engaging' → 'moon': there is no stage 'moon'."),
        (STAGES, (*MOVES, _move("paused", "paused")), "Move 'paused' → 'paused' leads nowhere."),
        (STAGES, (*MOVES, _move("won", "engaging")), "Move 'won' → 'engaging': a closed deal is reopened, not moved."),
        (STAGES, (*MOVES, MOVES[0]), "Move 'prospecting' → 'engaging' is drawn more than once."),
        ((*STAGES, _stage("x")), (*MOVES, _move("x", "won")), "Stage 'x' cannot be reached from 'prospecting'."),
        ((*STAGES, _stage("x")), (*MOVES, _move("engaging", "x")), "Stage 'x' has no way to an end."),
    ],
)
def test_a_fault_is_said_in_a_sentence(stages: tuple[Stage, ...], moves: tuple[Move, ...], fault: str) -> None:
    assert fault in faults(stages, moves)


def test_a_lost_stage_that_no_arrow_enters_is_a_fault() -> None:
    moves = tuple(move for move in MOVES if move.to_stage != DISQUALIFIED.key)
    assert faults(STAGES, moves) == ["Stage 'disqualified' cannot be reached from 'prospecting'."]
