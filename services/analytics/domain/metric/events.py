"""What happens to a metric and the versions of its formula: the stored and published format."""

from __future__ import annotations

from datetime import date, datetime

from shared.domain import Event


class MetricDefined(Event, frozen=True, kw_only=True):
    """A number that the company steers by, per month and process: version 1 of its formula, at once the live one."""

    key: str
    name: str
    name_zh: str
    formula: str
    unit: str
    reason: str
    author: str


class MetricRedefinitionProposed(Event, frozen=True, kw_only=True):
    """It may be counted otherwise; the live version goes on until the new one is swapped in."""

    version: int
    formula: str
    reason: str
    author: str


class MetricVersionRebuilt(Event, frozen=True, kw_only=True):
    """A version's values were made over all history: so many, from and to these months; `as_of`: of which deals."""

    version: int
    values: int
    as_of: datetime
    first_month: date | None = None
    last_month: date | None = None


class MetricVersionSwapped(Event, frozen=True, kw_only=True):
    """Another version is the live one; the one before stays readable."""

    before: int
    after: int
    reason: str


class MetricRedefinitionDropped(Event, frozen=True, kw_only=True):
    """A proposed version will not become the live one."""

    version: int
    reason: str


MetricEvent = (
    MetricDefined | MetricRedefinitionProposed | MetricVersionRebuilt | MetricVersionSwapped | MetricRedefinitionDropped
)
