"""The life of a process version: drawn, reviewed, published, retired; and who may not do what."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.pipeline.domain.naming import NameMissing
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
from services.pipeline.domain.sales_process.decider import SALES_PROCESS
from services.pipeline.domain.sales_process.drawing import Drawing, Guard, Move
from services.pipeline.domain.sales_process.events import (
    SalesProcessCommentReopened,
    SalesProcessEvent,
    SalesProcessVersionDrafted,
    SalesProcessVersionPublished,
    SalesProcessVersionRedrawn,
)
from services.pipeline.domain.sales_process.guard_rows import GuardRefused
from services.pipeline.domain.sales_process.refusals import (
    ApproverIsAuthor,
    CommentExists,
    CommentMissing,
    CommentsUnresolved,
    ElementUnknown,
    LastPublishedVersion,
    ProcessExists,
    ProcessMissing,
    ProcessNotSound,
    StagesMissing,
    VersionInReview,
    VersionIsDraft,
    VersionIsPublished,
    VersionIsRetired,
    VersionMissing,
    WordsMissing,
)
from services.pipeline.domain.sales_process.version import NamedProcess, SalesProcess
from services.pipeline.tests.examples import (
    COMMENT_ID,
    COMMENTED,
    DRAFTED,
    LOST,
    MOVES,
    PROCESS_CREATED,
    PROSPECTING,
    PUBLISHED,
    REDRAWN,
    RESOLVED,
    RETIRED,
    RETURNED,
    STAGES,
    SUBMITTED,
    WON,
)
from shared.errors import DomainError
from shared.testing.scenario import Scenario, scenario

Happened = Scenario[SalesProcess, SalesProcessCommand, SalesProcessEvent]
nothing = scenario(SALES_PROCESS)
created = nothing.given(PROCESS_CREATED)
drafted = created.given(DRAFTED)
in_review = drafted.given(SUBMITTED)
commented = in_review.given(COMMENTED)
published = in_review.given(PUBLISHED)
retired = published.given(RETIRED)

DRAFT = DraftSalesProcessVersion(author="ada", stages=STAGES, moves=MOVES)
REDRAW = RedrawSalesProcessVersion(
    number=1,
    author="ada",
    stages=REDRAWN.stages,
    moves=REDRAWN.moves,
    decisions=REDRAWN.decisions,
    notes=REDRAWN.notes,
    reason=REDRAWN.reason,
)
SUBMIT = SubmitSalesProcessVersion(number=1, author="ada", reason="it is right")
COMMENT = CommentOnSalesProcessVersion(
    number=1, comment_id=COMMENT_ID, author="grace", text=COMMENTED.text, element=COMMENTED.element
)
RESOLVE = ResolveSalesProcessComment(number=1, comment_id=COMMENT_ID, resolved_by="ada")
REOPEN = ReopenSalesProcessComment(number=1, comment_id=COMMENT_ID, reopened_by="grace")
RETURN = ReturnSalesProcessVersion(number=1, returned_by="grace", reason="see my comment")
PUBLISH = PublishSalesProcessVersion(number=1, approver="grace", reason="it is")
RETIRE = RetireSalesProcessVersion(number=1, retired_by="ada", reason="version 2 is better", no_new_deals=True)
REASONED: tuple[SalesProcessCommand, ...] = (SUBMIT, RETURN, PUBLISH, RETIRE)


def test_a_process_is_created_once() -> None:
    nothing.when(CreateSalesProcess(name="B2B sales 企业销售")).then(PROCESS_CREATED)
    created.when(CreateSalesProcess(name="again")).then_rejected(ProcessExists)
    nothing.when(CreateSalesProcess(name=" ")).then_rejected(NameMissing, field="/name")


def test_versions_are_numbered_in_the_order_they_are_drafted() -> None:
    created.when(DRAFT).then(DRAFTED)
    published.when(DRAFT).then(replace(DRAFTED, number=2))
    nothing.when(DRAFT).then_rejected(ProcessMissing)


def test_without_moves_every_way_is_drawn_but_none_out_of_a_closed_stage() -> None:
    stages = (PROSPECTING, WON, LOST)
    ways = (Move(from_stage="prospecting", to_stage="won"), Move(from_stage="prospecting", to_stage="lost"))
    drawn = SalesProcessVersionDrafted(number=1, stages=stages, moves=ways, author="ada")
    created.when(DraftSalesProcessVersion(author="ada", stages=stages)).then(drawn)


def test_a_draft_can_be_a_copy() -> None:
    copy = DraftSalesProcessVersion(author="grace", based_on=1, reason="next year")
    told = replace(DRAFTED, number=2, author="grace", based_on=1, reason="next year")
    published.when(copy).then(told)
    retired.when(copy).then(told)
    redrawn = in_review.given(RETURNED, REDRAWN).when(copy).decided[0]
    assert isinstance(redrawn, SalesProcessVersionDrafted)
    assert (redrawn.decisions, redrawn.notes, redrawn.moves) == (REDRAWN.decisions, REDRAWN.notes, REDRAWN.moves)
    created.when(copy).then_rejected(VersionMissing)
    created.when(DraftSalesProcessVersion(author="ada")).then_rejected(StagesMissing, field="/stages")
    published.when(replace(DRAFT, based_on=1)).then(replace(DRAFTED, number=2, based_on=1))


def test_a_guard_that_cannot_be_used_is_not_drawn() -> None:
    moves = (*MOVES[:2], replace(MOVES[2], guard=Guard(cel="deal.nope")))
    created.when(replace(DRAFT, moves=moves)).then_rejected(GuardRefused, field="/moves/2/guard/cel")
    drafted.when(replace(REDRAW, moves=moves)).then_rejected(GuardRefused, field="/moves/2/guard/cel")


def test_a_draft_is_redrawn() -> None:
    drafted.when(REDRAW).then(REDRAWN)
    drafted.given(REDRAWN).when(REDRAW).then_nothing()
    drafted.when(replace(REDRAW, number=2)).then_rejected(VersionMissing)


def test_a_draft_goes_into_review_and_back() -> None:
    drafted.when(SUBMIT).then(SUBMITTED)
    in_review.when(RETURN).then(RETURNED)
    in_review.when(replace(RETURN, returned_by="ada")).then(replace(RETURNED, returned_by="ada", how="withdrawn"))
    in_review.given(RETURNED).when(SUBMIT).then(SUBMITTED)


def test_a_reviewed_version_is_published_and_later_retired() -> None:
    in_review.when(PUBLISH).then(PUBLISHED)
    published.when(RETIRE).then(RETIRED)


@pytest.mark.parametrize(
    ("happened", "commands", "refusal"),
    [
        (drafted, (RETURN, PUBLISH, RETIRE), VersionIsDraft),
        (in_review, (REDRAW, SUBMIT, RETIRE), VersionInReview),
        (published, (REDRAW, SUBMIT, COMMENT, RESOLVE, REOPEN, RETURN, PUBLISH), VersionIsPublished),
        (retired, (REDRAW, SUBMIT, COMMENT, RESOLVE, REOPEN, RETURN, PUBLISH, RETIRE), VersionIsRetired),
        (created, (REDRAW, SUBMIT, COMMENT, RESOLVE, REOPEN, RETURN, PUBLISH, RETIRE), VersionMissing),
    ],
)
def test_each_step_has_its_place(
    happened: Happened, commands: tuple[SalesProcessCommand, ...], refusal: type[DomainError]
) -> None:
    for command in commands:
        happened.when(command).then_rejected(refusal)


@pytest.mark.parametrize("number", [0, -1, 2])
def test_there_are_only_the_versions_that_were_drafted(number: int) -> None:
    in_review.when(replace(PUBLISH, number=number)).then_rejected(VersionMissing)


def test_nobody_approves_what_they_drew_redrew_or_submitted() -> None:
    in_review.when(replace(PUBLISH, approver="ada")).then_rejected(ApproverIsAuthor)
    redrawn = drafted.given(replace(REDRAWN, author="bob"), SUBMITTED)
    for author in ("ada", "bob"):
        redrawn.when(replace(PUBLISH, approver=author)).then_rejected(ApproverIsAuthor)
    carried = drafted.given(replace(SUBMITTED, author="carl"))
    carried.when(replace(PUBLISH, approver="carl")).then_rejected(ApproverIsAuthor)
    redrawn.when(PUBLISH).then(PUBLISHED)


def test_comments_are_resolved_before_a_version_is_published() -> None:
    in_review.when(COMMENT).then(COMMENTED)
    commented.when(PUBLISH).then_rejected(CommentsUnresolved)
    commented.when(RESOLVE).then(RESOLVED)
    resolved = commented.given(RESOLVED)
    resolved.when(PUBLISH).then(PUBLISHED)
    resolved.when(RESOLVE).then_nothing()
    reopened = SalesProcessCommentReopened(number=1, comment_id=COMMENT_ID, reopened_by="grace")
    resolved.when(REOPEN).then(reopened)
    commented.when(REOPEN).then_nothing()
    resolved.given(reopened).when(PUBLISH).then_rejected(CommentsUnresolved)


def test_a_comment_is_about_something_that_is_drawn() -> None:
    for element in ("prospecting", "prospecting->engaging", None):
        in_review.when(replace(COMMENT, element=element)).then(replace(COMMENTED, element=element))
    for element in ("moon", "won->prospecting", ""):
        in_review.when(replace(COMMENT, element=element)).then_rejected(ElementUnknown, field="/element")
    commented.when(COMMENT).then_rejected(CommentExists, field="/id")
    in_review.when(RESOLVE).then_rejected(CommentMissing)
    in_review.when(REOPEN).then_rejected(CommentMissing)


@pytest.mark.parametrize("words", ["", " \n", "x" * 2001])
def test_every_step_says_why(words: str) -> None:
    steps = ((drafted, SUBMIT), (in_review, RETURN), (in_review, PUBLISH), (published, RETIRE))
    for happened, command in steps:
        happened.when(replace(command, reason=words)).then_rejected(WordsMissing, field="/reason")
    in_review.when(replace(COMMENT, text=words)).then_rejected(WordsMissing, field="/text")
    created.when(replace(DRAFT, reason=words)).then_rejected(WordsMissing, field="/reason")


def test_a_version_with_faults_is_neither_reviewed_nor_published() -> None:
    faulty = created.given(SalesProcessVersionDrafted(number=1, stages=(PROSPECTING, WON), moves=()))
    faulty.when(SUBMIT).then_rejected(ProcessNotSound)
    faulty.given(SUBMITTED).when(PUBLISH).then_rejected(ProcessNotSound)


def test_the_last_published_version_is_retired_only_by_who_says_so() -> None:
    alone = replace(RETIRE, no_new_deals=False)
    published.when(alone).then_rejected(LastPublishedVersion, field="/no_new_deals")
    other = (replace(DRAFTED, number=2), replace(SUBMITTED, number=2), replace(PUBLISHED, number=2))
    published.given(*other).when(alone).then(RETIRED)
    published.given(*other, RETIRED).when(replace(alone, number=2)).then_rejected(LastPublishedVersion)


def test_a_log_from_before_reviews_still_folds() -> None:
    old = created.given(
        SalesProcessVersionDrafted(number=1, stages=STAGES, moves=MOVES), SalesProcessVersionPublished(number=1)
    )
    old.when(RETIRE).then(RETIRED)
    waiting = created.given(SalesProcessVersionDrafted(number=1, stages=STAGES, moves=MOVES))
    waiting.when(PUBLISH).then_rejected(VersionIsDraft)
    waiting.given(SUBMITTED).when(PUBLISH).then(PUBLISHED)


WHO = st.sampled_from(["ada", "bob", "grace"])
NUMBER = st.integers(1, 3)
IDS = st.sampled_from([COMMENT_ID, UUID(int=9)])
DRAWINGS = st.sampled_from([(STAGES, MOVES), (REDRAWN.stages, MOVES), (STAGES[:2], ())])


@st.composite
def commands(draw: st.DrawFn) -> SalesProcessCommand:
    who, number, id_ = draw(WHO), draw(NUMBER), draw(IDS)
    stages, moves = draw(DRAWINGS)
    said = draw(st.sampled_from(["because", ""]))
    choices: list[SalesProcessCommand] = [
        DraftSalesProcessVersion(author=who, stages=stages, moves=moves),
        DraftSalesProcessVersion(author=who, based_on=number),
        RedrawSalesProcessVersion(number=number, author=who, stages=stages, moves=moves),
        SubmitSalesProcessVersion(number=number, author=who, reason="because"),
        SubmitSalesProcessVersion(number=number, author=who, reason=said),
        CommentOnSalesProcessVersion(number=number, comment_id=id_, author=who, text="hm"),
        ResolveSalesProcessComment(number=number, comment_id=id_, resolved_by=who),
        ReopenSalesProcessComment(number=number, comment_id=id_, reopened_by=who),
        ReturnSalesProcessVersion(number=number, returned_by=who, reason="because"),
        PublishSalesProcessVersion(number=number, approver=who, reason="because"),
        PublishSalesProcessVersion(number=number, approver=who, reason=said),
        RetireSalesProcessVersion(number=number, retired_by=who, reason="because", no_new_deals=draw(st.booleans())),
    ]
    return draw(st.sampled_from(choices))


@settings(max_examples=400, deadline=None)
@given(st.lists(commands(), max_size=40))
def test_whatever_is_asked_published_never_changes_and_its_approver_is_no_author(
    wishes: list[SalesProcessCommand],
) -> None:
    process = created.state
    events: list[SalesProcessEvent] = []
    frozen: dict[int, Drawing] = {}
    for wish in wishes:
        try:
            facts = SALES_PROCESS.decide(process, wish)
        except DomainError:
            continue
        for fact in facts:
            process = SALES_PROCESS.evolve(process, fact)
            events.append(fact)
        assert isinstance(process, NamedProcess)
        for number, version in enumerate(process.versions, start=1):
            if version.status in ("published", "retired"):
                assert frozen.setdefault(number, version.drawing) == version.drawing
    assert_four_eyes(events)


def assert_four_eyes(events: list[SalesProcessEvent]) -> None:
    """Told from the events alone: who drew or redrew a version, or submitted it, did not approve it."""
    hands: dict[int, set[str | None]] = {}
    for event in events:
        match event:
            case SalesProcessVersionDrafted() | SalesProcessVersionRedrawn():
                hands.setdefault(event.number, set()).add(event.author)
            case SalesProcessVersionPublished():
                assert event.approver not in hands[event.number]
            case _:
                pass
