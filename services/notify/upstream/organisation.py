"""The events of teams and people, as far as rules may be about them."""

# ruff: noqa: D101 -- the producers say what their events mean; here only the fields matter

from typing import ClassVar

from services.notify.upstream.event import Changes, Upstream


class _Team(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "team"


class TeamCreated(_Team, frozen=True, kw_only=True):
    name: str
    parent_id: str | None = None


class TeamRenamed(_Team, frozen=True, kw_only=True):
    before: str
    after: str


class _Person(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "person"


class PersonAdded(_Person, frozen=True, kw_only=True):
    name: str
    email: str | None = None
    subject: str | None = None
    team_id: str | None = None


class PersonCorrected(_Person, frozen=True, kw_only=True):
    changes: Changes


class PersonMovedToTeam(_Person, frozen=True, kw_only=True):
    team_id: str | None = None
    previous_team_id: str | None = None


class PersonDeactivated(_Person, frozen=True, kw_only=True):
    pass


class PersonReactivated(_Person, frozen=True, kw_only=True):
    pass
