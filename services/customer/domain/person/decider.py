"""A person of the sales organisation: who they are in tokens, where they work, whether they still do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never
from uuid import UUID

from services.customer.domain.correction import changes_between, values_after
from services.customer.domain.person.commands import (
    AddPerson,
    CorrectPerson,
    DeactivatePerson,
    MovePersonToTeam,
    PersonCommand,
    ReactivatePerson,
)
from services.customer.domain.person.events import (
    PersonAdded,
    PersonChanges,
    PersonCorrected,
    PersonDeactivated,
    PersonEvent,
    PersonMovedToTeam,
    PersonReactivated,
)
from shared.domain import Claim, Decider
from shared.errors import Conflict, NotFound, Rejected


@dataclass(frozen=True, slots=True)
class NoPerson:
    """Nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class ActivePerson:
    """A colleague who may own things."""

    name: str
    email: str | None
    subject: str | None
    team_id: UUID | None


@dataclass(frozen=True, slots=True)
class InactivePerson:
    """A colleague who has left."""

    before: ActivePerson


Person = NoPerson | ActivePerson | InactivePerson


class PersonNotFound(NotFound):
    """There is no such person."""

    code = "person-not-found"


class PersonExists(Conflict):
    """A person with this id exists already."""

    code = "person-exists"


class PersonIsInactive(Rejected):
    """This person is deactivated; reactivate them first."""

    code = "person-is-inactive"


def decide(person: Person, command: PersonCommand) -> Sequence[PersonEvent]:
    """Answer a wish."""
    match command:
        case AddPerson():
            return add(person, command)
        case CorrectPerson():
            return correct(active(person), command)
        case MovePersonToTeam():
            return move(active(person), command)
        case DeactivatePerson():
            return deactivate(known(person))
        case ReactivatePerson():
            return reactivate(known(person))
        case _:
            assert_never(command)


def known(person: Person) -> ActivePerson | InactivePerson:
    """The person, if there is one."""
    if isinstance(person, NoPerson):
        raise PersonNotFound
    return person


def active(person: Person) -> ActivePerson:
    """The person, if they still work here."""
    found = known(person)
    if isinstance(found, InactivePerson):
        raise PersonIsInactive
    return found


def add(person: Person, command: AddPerson) -> Sequence[PersonEvent]:
    """Make them known once."""
    if not isinstance(person, NoPerson):
        raise PersonExists
    added = PersonAdded(name=command.name, email=command.email, subject=command.subject, team_id=command.team_id)
    return [added]


def correct(person: ActivePerson, command: CorrectPerson) -> Sequence[PersonEvent]:
    """Only what differs is kept."""
    changes = changes_between(PersonChanges, person, command)
    return [PersonCorrected(changes=changes)] if changes else []


def move(person: ActivePerson, command: MovePersonToTeam) -> Sequence[PersonEvent]:
    """Nothing happens where they are there already."""
    if command.team_id == person.team_id:
        return []
    return [PersonMovedToTeam(team_id=command.team_id, previous_team_id=person.team_id)]


def deactivate(person: ActivePerson | InactivePerson) -> Sequence[PersonEvent]:
    """Nobody leaves twice."""
    return [PersonDeactivated()] if isinstance(person, ActivePerson) else []


def reactivate(person: ActivePerson | InactivePerson) -> Sequence[PersonEvent]:
    """Nobody comes back who is here."""
    return [PersonReactivated()] if isinstance(person, InactivePerson) else []


def evolve(person: Person, event: PersonEvent) -> Person:
    """Take a fact into account."""
    match event:
        case PersonAdded():
            return ActivePerson(name=event.name, email=event.email, subject=event.subject, team_id=event.team_id)
        case PersonCorrected():
            values: dict[str, Any] = values_after(event.changes)
            return replace(active(person), **values)
        case PersonMovedToTeam():
            return replace(active(person), team_id=event.team_id)
        case PersonDeactivated():
            return InactivePerson(before=active(person))
        case PersonReactivated():
            return here_again(person)
        case _:
            assert_never(event)


def here_again(person: Person) -> Person:
    """As they were when they left."""
    return person.before if isinstance(person, InactivePerson) else person


def claims(event: PersonEvent) -> Sequence[Claim]:
    """A token subject belongs to one person; somebody who has left keeps theirs."""
    match event:
        case PersonAdded(subject=str(subject)):
            return [subject_claim(subject)]
        case PersonCorrected(changes=PersonChanges(subject=change)) if change is not None:
            released = [subject_claim(change.before, held=False)] if change.before is not None else []
            return [*released, *([subject_claim(change.after)] if change.after is not None else [])]
        case _:
            return []


def subject_claim(subject: str, *, held: bool = True) -> Claim:
    """The key under which a subject is taken."""
    return Claim(f"person-subject:{subject}", held=held)


PERSON: Decider[Person, PersonCommand, PersonEvent] = Decider(
    category="person",
    initial=NoPerson(),
    decide=decide,
    evolve=evolve,
    events=(PersonAdded, PersonCorrected, PersonMovedToTeam, PersonDeactivated, PersonReactivated),
    claims=claims,
)
