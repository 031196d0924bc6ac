"""A colleague: added, corrected, moved, deactivated, reactivated."""

from __future__ import annotations

from services.customer.domain.correction import Change
from services.customer.domain.person.commands import (
    AddPerson,
    CorrectPerson,
    DeactivatePerson,
    MovePersonToTeam,
    ReactivatePerson,
)
from services.customer.domain.person.decider import PERSON, PersonExists, PersonIsInactive, PersonNotFound
from services.customer.domain.person.events import (
    PersonAdded,
    PersonChanges,
    PersonCorrected,
    PersonDeactivated,
    PersonMovedToTeam,
    PersonReactivated,
)
from services.customer.tests.examples import EAST, PERSON_ADDED, PERSON_DEACTIVATED, SALES
from shared.domain import Claim
from shared.testing.scenario import scenario

NOBODY = scenario(PERSON)
ANNA = NOBODY.given(PERSON_ADDED)
LEFT = ANNA.given(PERSON_DEACTIVATED)


def test_a_colleague_is_added() -> None:
    wish = AddPerson(name="Anna", email="anna@flowline.test", subject="anna", team_id=EAST)
    NOBODY.when(wish).then(PersonAdded(name="Anna", email="anna@flowline.test", subject="anna", team_id=EAST))


def test_a_colleague_is_added_once() -> None:
    ANNA.when(AddPerson(name="Anna")).then_rejected(PersonExists)


def test_a_correction_keeps_only_what_differs() -> None:
    changes = PersonChanges(email=Change("anna@flowline.test", None))
    ANNA.when(CorrectPerson(name="Anna Snelling", email=None)).then(PersonCorrected(changes=changes))


def test_a_correction_without_difference_says_nothing() -> None:
    ANNA.when(CorrectPerson(name="Anna Snelling")).then_nothing()


def test_a_colleague_moves_to_another_team() -> None:
    ANNA.when(MovePersonToTeam(team_id=SALES)).then(PersonMovedToTeam(team_id=SALES, previous_team_id=EAST))


def test_a_colleague_who_is_there_already_does_not_move() -> None:
    ANNA.when(MovePersonToTeam(team_id=EAST)).then_nothing()


def test_a_colleague_leaves_once() -> None:
    ANNA.when(DeactivatePerson()).then(PersonDeactivated()).when(DeactivatePerson()).then_nothing()


def test_a_colleague_comes_back_as_they_were() -> None:
    back = LEFT.when(ReactivatePerson()).then(PersonReactivated())
    assert back.state == ANNA.state


def test_a_colleague_who_never_left_cannot_come_back() -> None:
    ANNA.when(ReactivatePerson()).then_nothing()


def test_a_colleague_who_has_left_is_not_changed() -> None:
    LEFT.when(CorrectPerson(name="Anna")).then_rejected(PersonIsInactive)
    LEFT.when(MovePersonToTeam(team_id=SALES)).then_rejected(PersonIsInactive)


def test_nobody_cannot_leave() -> None:
    NOBODY.when(DeactivatePerson()).then_rejected(PersonNotFound)


def test_a_colleague_claims_their_subject() -> None:
    assert PERSON.claims(PERSON_ADDED) == [Claim("person-subject:anna")]
    assert PERSON.claims(PersonAdded(name="Anna")) == []


def test_another_subject_gives_the_former_one_back() -> None:
    corrected = PersonCorrected(changes=PersonChanges(subject=Change("anna", "anna.s")))
    assert PERSON.claims(corrected) == [
        Claim("person-subject:anna", held=False),
        Claim("person-subject:anna.s"),
    ]


def test_a_subject_can_be_taken_away() -> None:
    corrected = PersonCorrected(changes=PersonChanges(subject=Change("anna", None)))
    assert PERSON.claims(corrected) == [Claim("person-subject:anna", held=False)]
