"""By what a report is cut besides its own rows: which columns that needs, and which group a row of sums belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.report import Question

# A deal may have several products and is in the group of each: such groups are not added up.
Grouping = Literal["owner", "team", "product", "source", "region", "process", "process_version"]
# What is open also stands in a stage, and what was lost was lost from one.
StageGrouping = Literal[Grouping, "stage"]
# What happened on a day is cut by its months and quarters, too.
DatedGrouping = Literal[Grouping, "month", "quarter"]
AnyGrouping = Literal[StageGrouping, DatedGrouping]
# The columns of sums that tell groups apart; source and region are known to single deals only.
COLUMNS: Mapping[AnyGrouping, tuple[str, ...]] = {
    "owner": ("owner_id",),
    "team": ("owner_id",),
    "source": ("source",),
    "region": ("region",),
    "process": ("process_id",),
    "process_version": ("process_id", "process_version"),
    "stage": ("process_id", "stage_key"),
    "product": ("product_id",),
    "month": ("date_trunc('month', bucket)::date AS month",),
    "quarter": ("date_trunc('quarter', bucket)::date AS quarter",),
}
NAMES = """
SELECT p.id, p.name, t.id AS team_id, t.name AS team FROM read.person p LEFT JOIN read.team t ON t.id = p.team_id
"""
PROCESSES = "SELECT id, name FROM read.sales_process"
PRODUCTS = "SELECT id, name FROM read.product"


@dataclass(frozen=True, slots=True)
class Group:
    """What some rows have in common; `drill` narrows the list of deals to them, also to those without a name."""

    name: str | None = None
    id: UUID | None = None
    drill: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Cut:
    """How rows are told apart; `names`: of people with their teams, of processes or of products.

    `period`: the days asked for; `members`: of each team its own people, those that are asked about.
    """

    by: AnyGrouping | None
    names: Mapping[UUID, Any]
    period: tuple[date | None, date | None] = (None, None)
    members: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """What the sums must be grouped by."""
        return COLUMNS[self.by] if self.by else ()

    @property
    def names_of_columns(self) -> tuple[str, ...]:
        """What these are called in a row."""
        return tuple(column.rpartition(" AS ")[2] for column in self.columns)

    @property
    def is_dated(self) -> bool:
        """Whether groups follow each other in time."""
        return self.by in ("month", "quarter")

    @property
    def by_owner(self) -> bool:
        """Whether the sums of single owners are needed."""
        return "owner_id" in self.columns

    def of(self, row: Any) -> Group:
        """The group of a row that has the columns."""
        match self.by:
            case None:
                return Group()
            case "owner":
                return self._owner(row["owner_id"])
            case "team":
                return self._team(row["owner_id"])
            case "source" | "region" as name:
                return _named(name, row[name])
            case "process" | "process_version" | "stage":
                return self._process(row)
            case "product":
                return self._product(row["product_id"])
            case "month" | "quarter" as stretch:
                return self._stretch(row[stretch], 1 if stretch == "month" else 3)

    def keyed(self, key: str | None) -> Group:
        """The group with this text of `sides.SIDED`."""
        match self.by:
            case "owner":
                return self._owner(UUID(key) if key else None)
            case "team":
                return self._own_people(UUID(key)) if key else _named("team", None)
            case "product":
                return self._product(UUID(key) if key else None)
            case "process" | "process_version" if key:
                process, _, version = key.partition(" ")
                return self._process({"process_id": UUID(process), "process_version": version and int(version)})
            case _:
                return _named(str(self.by), key)

    def _owner(self, owner: UUID | None) -> Group:
        if owner is None:
            return _named("owner", None)
        return Group(self.names[owner]["name"] if owner in self.names else None, owner, {"owner": owner})

    def _team(self, owner: UUID | None) -> Group:
        person = self.names.get(owner) if owner else None
        if person is None or person["team_id"] is None:
            return _named("team", None)
        return self._own_people(person["team_id"])

    def _own_people(self, team: UUID) -> Group:
        people = self.members[team]
        name = next((one["team"] for one in self.names.values() if one["team_id"] == team), None)
        return Group(name, team, {"owner": people})

    def _product(self, product: UUID | None) -> Group:
        if product is None:
            return _named("product", None)
        return Group(self.names[product]["name"] if product in self.names else None, product, {"product": product})

    def _stretch(self, first: date, months: int) -> Group:
        """A month or quarter, as far as it lies in the period."""
        after = first.year * 12 + first.month - 1 + months
        last = date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
        begin, end = self.period
        within = {"from": max(first, begin or first), "to": min(last, end or last)}
        name = f"{first:%Y-%m}" if months == 1 else f"{first.year}-Q{(first.month + 2) // 3}"
        return Group(name, drill=within)

    def _process(self, row: Any) -> Group:
        process = row["process_id"]
        name = self.names[process]["name"] if process in self.names else None
        if self.by == "process_version":
            told = {"process": process, "process_version": row["process_version"]}
            return Group(f"{name} v{row['process_version']}", process, told)
        if self.by == "stage":
            return Group(f"{name}: {row['stage_key']}", process, {"process": process, "stage": row["stage_key"]})
        return Group(name, process, {"process": process})


def _named(kind: str, name: str | None) -> Group:
    """A group that is its name, or the one without."""
    return Group(drill={f"without_{kind}": "true"}) if name is None else Group(name, drill={kind: name})


WHOLE = Cut(None, {})


async def grouping(question: Question, by: AnyGrouping | None) -> Cut:
    """The names that a cut needs, in the question's snapshot."""
    asked = question.selection.filters
    if by is None or by in ("source", "region", "month", "quarter"):
        return Cut(by, {}, (asked.from_date, asked.to_date))
    listed = PRODUCTS if by == "product" else PROCESSES
    rows = await question.connection.fetch(NAMES if by in ("owner", "team") else listed)
    names = {row["id"]: row for row in rows}
    return Cut(by, names, members=_members(question, names) if by == "team" else {})


def _members(question: Question, people: Mapping[UUID, Any]) -> dict[UUID, tuple[UUID, ...]]:
    """A team's own people: a filter by team would also find those of the teams below."""
    asked, found = question.selection.filters.owner, defaultdict[UUID, tuple[UUID, ...]](tuple)
    for person, row in people.items():
        if row["team_id"] is not None and (not asked or person in asked):
            found[row["team_id"]] += (person,)
    return found
