"""A saved report: kept, renamed, deleted."""

from __future__ import annotations

from services.analytics.domain.saved_report.commands import DeleteSavedReport, RenameSavedReport, SaveReport
from services.analytics.domain.saved_report.decider import (
    SAVED_REPORT,
    NameMissing,
    SavedReportExists,
    SavedReportNotFound,
)
from services.analytics.tests.examples import CREATED, DELETED, EXAMPLES, RENAMED
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


def test_there_is_one_example_of_every_event() -> None:
    assert {type(example).__name__ for example in EXAMPLES} == set(Catalogue("analytics", [SAVED_REPORT]).names())
