"""A team: a name and a place in the organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from services.customer.domain.team.commands import CreateTeam, RenameTeam, TeamCommand
from services.customer.domain.team.events import TeamCreated, TeamEvent, TeamRenamed
from shared.domain import Decider
from shared.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class NoTeam:
    """Nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class ExistingTeam:
    """A team of the organisation."""

    name: str
    parent_id: UUID | None


Team = NoTeam | ExistingTeam


class TeamNotFound(NotFound):
    """There is no such team."""

    code = "team-not-found"


class TeamExists(Conflict):
    """A team with this id exists already."""

    code = "team-exists"


def decide(team: Team, command: TeamCommand) -> Sequence[TeamEvent]:
    """Answer a wish."""
    match command:
        case CreateTeam():
            return create(team, command)
        case RenameTeam():
            return rename(existing(team), command)
        case _:
            assert_never(command)


def existing(team: Team) -> ExistingTeam:
    """The team, if there is one."""
    match team:
        case NoTeam():
            raise TeamNotFound
        case ExistingTeam():
            return team
        case _:
            assert_never(team)


def create(team: Team, command: CreateTeam) -> Sequence[TeamEvent]:
    """Set up the team once."""
    if isinstance(team, ExistingTeam):
        raise TeamExists
    return [TeamCreated(name=command.name, parent_id=command.parent_id)]


def rename(team: ExistingTeam, command: RenameTeam) -> Sequence[TeamEvent]:
    """Nothing happens where the name stays."""
    if command.name == team.name:
        return []
    return [TeamRenamed(before=team.name, after=command.name)]


def evolve(team: Team, event: TeamEvent) -> Team:
    """Take a fact into account."""
    match event:
        case TeamCreated():
            return ExistingTeam(name=event.name, parent_id=event.parent_id)
        case TeamRenamed():
            return replace(existing(team), name=event.after)
        case _:
            assert_never(event)


TEAM: Decider[Team, TeamCommand, TeamEvent] = Decider(
    category="team", initial=NoTeam(), decide=decide, evolve=evolve, events=(TeamCreated, TeamRenamed)
)
