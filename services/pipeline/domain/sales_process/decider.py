"""A sales process: versions are drawn, reviewed, published and retired; a published one never changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from services.pipeline.domain.naming import named
from services.pipeline.domain.sales_process.commands import (
    CommentOnSalesProcessVersion,
    CreateSalesProcess,
    DraftSalesProcessVersion,
    PublishSalesProcessVersion,
    RedrawSalesProcessVersion,
    ReopenSalesProcessComment,
    ResolveSalesProcessComment,
    RetireSalesProcessVersion,
    ReturnSalesProcessVersion,
    SalesProcessCommand,
    SubmitSalesProcessVersion,
)
from services.pipeline.domain.sales_process.definition import every_move
from services.pipeline.domain.sales_process.drawing import Drawing, Stage
from services.pipeline.domain.sales_process.events import (
    SalesProcessCommentReopened,
    SalesProcessCommentResolved,
    SalesProcessCreated,
    SalesProcessEvent,
    SalesProcessVersionCommented,
    SalesProcessVersionDrafted,
    SalesProcessVersionPublished,
    SalesProcessVersionRedrawn,
    SalesProcessVersionRetired,
    SalesProcessVersionReturned,
    SalesProcessVersionSubmitted,
)
from services.pipeline.domain.sales_process.guard import checked
from services.pipeline.domain.sales_process.life import evolve
from services.pipeline.domain.sales_process.refusals import ProcessExists, StagesMissing
from services.pipeline.domain.sales_process.review import discussed, reviewed, words
from services.pipeline.domain.sales_process.version import NamedProcess, NoProcess, SalesProcess, named_process
from shared.domain import Decider


def decide(process: SalesProcess, command: SalesProcessCommand) -> Sequence[SalesProcessEvent]:
    """What a wish leads to."""
    match command:
        case CreateSalesProcess():
            return _create(process, command)
        case DraftSalesProcessVersion():
            return _draft(named_process(process), command)
        case RedrawSalesProcessVersion():
            return _redraw(named_process(process), command)
        case CommentOnSalesProcessVersion() | ResolveSalesProcessComment() | ReopenSalesProcessComment():
            return discussed(named_process(process), command)
        case (
            SubmitSalesProcessVersion()
            | ReturnSalesProcessVersion()
            | PublishSalesProcessVersion()
            | RetireSalesProcessVersion()
        ):
            return reviewed(named_process(process), command)
        case _:
            assert_never(command)


def _create(process: SalesProcess, command: CreateSalesProcess) -> Sequence[SalesProcessEvent]:
    if not isinstance(process, NoProcess):
        raise ProcessExists
    return [SalesProcessCreated(name=named(command.name))]


def _draft(process: NamedProcess, command: DraftSalesProcessVersion) -> Sequence[SalesProcessEvent]:
    drawing = _drawn(process, command)
    return [
        SalesProcessVersionDrafted(
            number=len(process.versions) + 1,
            stages=drawing.stages,
            moves=drawing.moves,
            decisions=drawing.decisions,
            notes=drawing.notes,
            author=command.author,
            reason=_words_if_any(command.reason),
            based_on=command.based_on,
        )
    ]


def _redraw(process: NamedProcess, command: RedrawSalesProcessVersion) -> Sequence[SalesProcessEvent]:
    version = process.version(command.number)
    version.require("draft")
    drawing = _said(command.stages, command)
    if drawing == version.drawing:
        return []
    return [
        SalesProcessVersionRedrawn(
            number=command.number,
            stages=drawing.stages,
            moves=drawing.moves,
            decisions=drawing.decisions,
            notes=drawing.notes,
            author=command.author,
            reason=_words_if_any(command.reason),
        )
    ]


def _drawn(process: NamedProcess, command: DraftSalesProcessVersion) -> Drawing:
    copied = None if command.based_on is None else process.version(command.based_on).drawing
    if command.stages is not None:
        return _said(command.stages, command)
    if copied is None:
        raise StagesMissing(field="/stages")
    return copied


def _said(stages: tuple[Stage, ...], command: DraftSalesProcessVersion | RedrawSalesProcessVersion) -> Drawing:
    """The drawing as the command says it; raises GuardRefused with the place of a guard that cannot be used."""
    moves = every_move(stages) if command.moves is None else command.moves
    for at, move in enumerate(moves):
        if move.guard is not None:
            checked(move.guard, f"/moves/{at}/guard")
    return Drawing(stages=stages, moves=moves, decisions=command.decisions, notes=command.notes)


def _words_if_any(reason: str | None) -> str | None:
    return None if reason is None else words(reason)


SALES_PROCESS: Decider[SalesProcess, SalesProcessCommand, SalesProcessEvent] = Decider(
    category="sales_process",
    initial=NoProcess(),
    decide=decide,
    evolve=evolve,
    events=(
        SalesProcessCreated,
        SalesProcessVersionDrafted,
        SalesProcessVersionRedrawn,
        SalesProcessVersionSubmitted,
        SalesProcessVersionCommented,
        SalesProcessCommentResolved,
        SalesProcessCommentReopened,
        SalesProcessVersionReturned,
        SalesProcessVersionPublished,
        SalesProcessVersionRetired,
    ),
)
