"""By what a report is cut besides its own rows: which columns that needs, and which group a row of sums belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args
from uuid import UUID

from services.analytics.projections.report import Question

Grouping = Literal["owner", "team", "source", "region", "process", "process_version", "stage"]
# What is decided or opened stands in no stage any more.
DecidedGrouping = Literal["owner", "team", "source", "region", "process", "process_version"]
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
# The columns of sums that tell groups apart; source and region are known to single deals only.
COLUMNS: Mapping[Grouping, tuple[str, ...]] = {
    "owner": ("owner_id",),
    "team": ("owner_id",),
    "source": ("source",),
    "region": ("region",),
    "process": ("process_id",),
    "process_version": ("process_id", "process_version"),
    "stage": ("process_id", "stage_key"),
}
NAMES = """
SELECT p.id, p.name, t.id AS team_id, t.name AS team FROM read.person p LEFT JOIN read.team t ON t.id = p.team_id
"""
PROCESSES = "SELECT id, name FROM read.sales_process"


@dataclass(frozen=True, slots=True)
class Group:
    """What some rows have in common; `drill` narrows the list of deals to them."""

    name: str | None = None
    id: UUID | None = None
    drill: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Cut:
    """How rows are told apart; `names`: of people with their teams, or of processes."""

    by: Grouping | None
    names: Mapping[UUID, Any]

    @property
    def columns(self) -> tuple[str, ...]:
        """What the sums must be grouped by."""
        return COLUMNS[self.by] if self.by else ()

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
                return Group(row[name], drill={name: row[name]} if row[name] else {})
            case "process" | "process_version" | "stage":
                return self._process(row)

    def _owner(self, owner: UUID | None) -> Group:
        if owner is None:
            return Group(drill={"without_owner": "true"})
        return Group(self.names[owner]["name"] if owner in self.names else None, owner, {"owner": owner})

    def _team(self, owner: UUID | None) -> Group:
        person = self.names.get(owner) if owner else None
        if person is None or person["team_id"] is None:
            return Group()
        return Group(person["team"], person["team_id"], {"team": person["team_id"]})

    def _process(self, row: Any) -> Group:
        process = row["process_id"]
        name = self.names[process]["name"] if process in self.names else None
        if self.by == "process_version":
            told = {"process": process, "process_version": row["process_version"]}
            return Group(f"{name} v{row['process_version']}", process, told)
        if self.by == "stage":
            return Group(f"{name}: {row['stage_key']}", process, {"process": process, "stage": row["stage_key"]})
        return Group(name, process, {"process": process})


async def grouping(question: Question, by: Grouping | None) -> Cut:
    """The names that a cut needs, in the question's snapshot."""
    if by is None or by in ("source", "region"):
        return Cut(by, {})
    rows = await question.connection.fetch(NAMES if by in ("owner", "team") else PROCESSES)
    return Cut(by, {row["id"]: row for row in rows})
