"""Which column of a table or key of a record says the case, the activity, the time and the resource."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.mining.log import UnreadableLog

_KNOWN = {
    "case": ("caseconceptname", "caseid", "case", "traceid", "trace", "dealid", "deal", "案例", "案例编号", "流程实例"),
    "activity": ("conceptname", "activity", "activityname", "event", "eventname", "task", "stage", "活动", "阶段"),
    "timestamp": (
        "timetimestamp",
        "timestamp",
        "completetimestamp",
        "time",
        "datetime",
        "date",
        "at",
        "时间",
        "时间戳",
    ),
    "resource": ("orgresource", "resource", "user", "actor", "agent", "人员", "资源"),
}
_REQUIRED = ("case", "activity", "timestamp")


class NoSuchColumn(UnreadableLog):
    """A column that is needed is not in the file, or not under a name that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns by what they say; None = to be found by its name; `index` is the order in a case, from 1 on."""

    case: str | None = None
    activity: str | None = None
    timestamp: str | None = None
    resource: str | None = None
    index: str | None = None

    def among(self, names: Sequence[str]) -> Columns:
        """Return them all, found among the names of a file; raises NoSuchColumn."""
        found = {what: _found(what, getattr(self, what), names) for what in _KNOWN}
        if self.index is not None and self.index not in names:
            raise NoSuchColumn(_message("index", self.index, names))
        return Columns(**found, index=self.index)


def _found(what: str, given: str | None, names: Sequence[str]) -> str | None:
    if given is not None:
        if given not in names:
            raise NoSuchColumn(_message(what, given, names))
        return given
    plain = {_plain(name): name for name in reversed(names)}
    found = next((plain[known] for known in _KNOWN[what] if known in plain), None)
    if found is None and what in _REQUIRED:
        raise NoSuchColumn(f"no column looks like the {what} (--{what} names it); there are {_listed(names)}")
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


def _message(what: str, given: str, names: Sequence[str]) -> str:
    return f"there is no column {given!r} for the {what}; there are {_listed(names)}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
