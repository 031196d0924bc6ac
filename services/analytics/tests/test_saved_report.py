"""A saved report: kept, renamed, asked otherwise, shared, deleted."""

from __future__ import annotations

from services.analytics.domain.saved_report.commands import (
    ChangeFilters,
    DeleteSavedReport,
    RenameSavedReport,
    SaveReport,
    ShareSavedReport,
    UnshareSavedReport,
)
from services.analytics.domain.saved_report.decider import (
    SAVED_REPORT,
    NameMissing,
    SavedReportExists,
    SavedReportNotFound,
)
from services.analytics.domain.saved_report.events import SavedReportShared
from services.analytics.domain.sharing.shares import Share, SharedWithTooMany, ShareNeedsOneTarget
from services.analytics.tests.examples import (
    CREATED,
    DELETED,
    EAST,
    FILTERS_CHANGED,
    RENAMED,
    SAVED_REPORT_EXAMPLES,
    SHARED,
    UNSHARED,
    WITH_EAST,
)
from services.analytics.tests.happening import named
from shared.eventstore.catalogue import Catalogue
from shared.testing.scenario import Scenario

saved = Scenario(SAVED_REPORT)
KEEP = SaveReport(name=CREATED.name, report=CREATED.report, filters=CREATED.filters, owner_id=CREATED.owner_id)


def test_a_question_is_kept_under_its_name() -> None:
    saved.when(KEEP).then(CREATED)


def test_an_id_is_used_once_even_after_deletion() -> None:
    saved.given(CREATED).when(KEEP).then_rejected(SavedReportExists)
    saved.given(CREATED, DELETED).when(KEEP).then_rejected(SavedReportExists)


def test_a_saved_report_gets_another_name_only_if_it_is_another() -> None:
    saved.given(CREATED).when(RenameSavedReport(name=f" {RENAMED.after} ")).then(RENAMED)
    saved.given(CREATED, RENAMED).when(RenameSavedReport(name=RENAMED.after)).then_nothing()


def test_a_name_is_needed() -> None:
    saved.given(CREATED).when(RenameSavedReport(name="  ")).then_rejected(NameMissing)


def test_what_is_deleted_or_was_never_there_cannot_be_changed() -> None:
    saved.given(CREATED).when(DeleteSavedReport()).then(DELETED)
    saved.given(CREATED, DELETED).when(DeleteSavedReport()).then_rejected(SavedReportNotFound)
    saved.when(RenameSavedReport(name="x")).then_rejected(SavedReportNotFound)


def test_it_can_ask_otherwise() -> None:
    saved.given(CREATED).when(ChangeFilters(filters=FILTERS_CHANGED.after)).then(FILTERS_CHANGED)
    saved.given(CREATED, FILTERS_CHANGED).when(ChangeFilters(filters=FILTERS_CHANGED.after)).then_nothing()


def test_it_is_shared_once_with_the_same_right_and_not_shared_any_more() -> None:
    shared = saved.given(CREATED).when(ShareSavedReport(share=WITH_EAST)).then(SHARED)
    shared.when(ShareSavedReport(share=WITH_EAST)).then_nothing()
    lower = Share(kind="team", id=EAST, right="view")
    shared.when(ShareSavedReport(share=lower)).then(SavedReportShared(share=lower))
    shared.when(UnshareSavedReport(kind="team", id=EAST)).then(UNSHARED)
    saved.given(CREATED).when(UnshareSavedReport(kind="team", id=EAST)).then_nothing()


def test_a_share_names_whom_it_is_with_unless_it_is_everybody() -> None:
    for nobody in (Share(kind="person"), Share(kind="team"), Share(kind="everybody", id=EAST)):
        saved.given(CREATED).when(ShareSavedReport(share=nobody)).then_rejected(ShareNeedsOneTarget)


def test_a_share_with_one_too_many_is_refused_but_a_known_one_may_change() -> None:
    people = [SavedReportShared(share=Share(kind="person", id=named("person", n))) for n in range(200)]
    full = saved.given(CREATED, *people)
    full.when(ShareSavedReport(share=WITH_EAST)).then_rejected(SharedWithTooMany)
    first = Share(kind="person", id=named("person", 0), right="edit")
    full.when(ShareSavedReport(share=first)).then(SavedReportShared(share=first))


def test_there_is_one_example_of_every_event() -> None:
    names = [type(example).__name__ for example in SAVED_REPORT_EXAMPLES]
    assert sorted(names) == sorted(Catalogue("analytics", [SAVED_REPORT]).names())
