"""The people of the demo sales organisation, who can sign in on this machine without a password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["admin", "manager", "rep", "guest", "service"]
EAST, WEST = "华东销售部", "Western Region"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Someone who can sign in; `subject` is the token's `sub`, `team` None = outside the sales teams."""

    subject: str
    name: str
    email: str
    role: Role
    team: str | None = None


TEAMS = (EAST, WEST)
PEOPLE = (
    DemoPerson("ada", "Ada Lindqvist", "ada@flowline.example", "admin"),
    DemoPerson("wangmin", "王敏", "wangmin@flowline.example", "manager", EAST),
    DemoPerson("lilei", "李雷", "lilei@flowline.example", "rep", EAST),
    DemoPerson("hanmei", "韩梅", "hanmei@flowline.example", "rep", EAST),
    DemoPerson("maria", "Maria Keller", "maria@flowline.example", "manager", WEST),
    DemoPerson("tom", "Tom Becker", "tom@flowline.example", "rep", WEST),
    DemoPerson("sofia", "Sofia Rossi", "sofia@flowline.example", "rep", WEST),
    DemoPerson("gus", "Gus Visitor", "gus@partner.example", "guest"),
)


def named(who: str) -> DemoPerson | None:
    """The person whose subject or name this is (case does not matter)."""
    wanted = who.strip().casefold()
    return next((each for each in PEOPLE if wanted in {each.subject, each.name.casefold(), each.email}), None)
