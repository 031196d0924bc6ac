"""What may be asked of a metric."""

from __future__ import annotations

from datetime import date, datetime

from shared.domain import Command


class DefineMetric(Command, frozen=True, kw_only=True):
    """Count this from now on, and over all history."""

    key: str
    name: str
    name_zh: str
    formula: str
    reason: str
    author: str


class ProposeRedefinition(Command, frozen=True, kw_only=True):
    """Count it otherwise."""

    formula: str
    reason: str
    author: str


class RecordRebuild(Command, frozen=True, kw_only=True):
    """The values of a version are made."""

    version: int
    values: int
    as_of: datetime
    first_month: date | None = None
    last_month: date | None = None


class SwapVersion(Command, frozen=True, kw_only=True):
    """Let another version be the live one."""

    version: int
    reason: str


class DropRedefinition(Command, frozen=True, kw_only=True):
    """Forget a proposed version."""

    version: int
    reason: str


MetricCommand = DefineMetric | ProposeRedefinition | RecordRebuild | SwapVersion | DropRedefinition
