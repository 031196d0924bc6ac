"""What a request refers to must exist and be visible; it is looked up once, however many commands there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import reduce
from uuid import UUID

from shared.errors import Invalid

NOBODY: frozenset[UUID] = frozenset()


class UnknownPerson(Invalid):
    """There is no such person, or they are deactivated."""

    code = "unknown-person"


class UnknownTeam(Invalid):
    """There is no such team."""

    code = "unknown-team"


class UnknownCustomer(Invalid):
    """There is no such customer, or it is not visible to you."""

    code = "unknown-customer"


class UnknownContact(Invalid):
    """There is no such contact, or it is not visible to you."""

    code = "unknown-contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """The ids that a request refers to."""

    people: frozenset[UUID] = NOBODY
    teams: frozenset[UUID] = NOBODY
    customers: frozenset[UUID] = NOBODY
    contacts: frozenset[UUID] = NOBODY

    def __or__(self, other: Mentioned) -> Mentioned:
        """Both."""
        return Mentioned(**{one.name: getattr(self, one.name) | getattr(other, one.name) for one in fields(self)})


def ids(*given: UUID | None) -> frozenset[UUID]:
    """Those that were given."""
    return frozenset(one for one in given if one is not None)


def all_of(mentioned: Iterable[Mentioned]) -> Mentioned:
    """The ids that many commands refer to."""
    return reduce(Mentioned.__or__, mentioned, Mentioned())


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What of the mentioned there is.

    `lines`: customer → itself and all above it; `caller`: the colleague that the token speaks for.
    """

    mentioned: Mentioned
    lines: Mapping[UUID, tuple[UUID, ...]]
    caller: UUID | None

    def person(self, id: UUID | None, field: str = "/owner_id") -> None:
        """Raise UnknownPerson unless they are a colleague who still works here (or nobody was named)."""
        if id is not None and id not in self.mentioned.people:
            raise UnknownPerson(field=field)

    def team(self, id: UUID | None, field: str = "/team_id") -> None:
        """Raise UnknownTeam unless it exists (or none was named)."""
        if id is not None and id not in self.mentioned.teams:
            raise UnknownTeam(field=field)

    def customer(self, id: UUID | None, field: str = "/customer_id") -> None:
        """Raise UnknownCustomer unless it is visible (or none was named)."""
        if id is not None and id not in self.mentioned.customers:
            raise UnknownCustomer(field=field)

    def contacts(self, ids: Iterable[UUID], field: str = "/contact_ids") -> None:
        """Raise UnknownContact for the first that is not visible."""
        for index, id_ in enumerate(ids):
            if id_ not in self.mentioned.contacts:
                raise UnknownContact(field=f"{field}/{index}")

    def above(self, customer_id: UUID | None) -> tuple[UUID, ...]:
        """The customer and all above it; nothing above none."""
        return self.lines.get(customer_id, ()) if customer_id else ()
