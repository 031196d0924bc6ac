"""A team: set up, renamed."""

from __future__ import annotations

from services.customer.domain.team.commands import CreateTeam, RenameTeam
from services.customer.domain.team.decider import TEAM, TeamExists, TeamNotFound
from services.customer.domain.team.events import TeamCreated, TeamRenamed
from services.customer.tests.examples import SALES, TEAM_CREATED
from shared.testing.scenario import scenario

TEAM_STORY = scenario(TEAM)


def test_a_team_is_set_up_below_another() -> None:
    TEAM_STORY.when(CreateTeam(name="East", parent_id=SALES)).then(TeamCreated(name="East", parent_id=SALES))


def test_a_team_is_set_up_once() -> None:
    TEAM_STORY.given(TEAM_CREATED).when(CreateTeam(name="East")).then_rejected(TeamExists)


def test_a_team_gets_another_name() -> None:
    TEAM_STORY.given(TEAM_CREATED).when(RenameTeam(name="North")).then(TeamRenamed(before="East", after="North"))


def test_a_team_that_keeps_its_name_says_nothing() -> None:
    TEAM_STORY.given(TEAM_CREATED).when(RenameTeam(name="East")).then_nothing()


def test_a_team_that_is_not_there_cannot_be_renamed() -> None:
    TEAM_STORY.when(RenameTeam(name="North")).then_rejected(TeamNotFound)
