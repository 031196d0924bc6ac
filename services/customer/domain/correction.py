"""Corrections: the fields a wish names, kept with before and after where they differ."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

import msgspec
from msgspec import UNSET

Value = TypeVar("Value")
Changes = TypeVar("Changes", bound=msgspec.Struct)


class Change(msgspec.Struct, Generic[Value], frozen=True):
    """What a field was and what it is now."""

    before: Value
    after: Value


class Correction(Protocol):
    """One changed field, however its values are typed."""

    @property
    def after(self) -> object:
        """What the field is now."""


def changes_between(kind: type[Changes], known: object, wanted: msgspec.Struct) -> Changes | None:
    """The `kind` of changes that lead from `known` to `wanted`; None where nothing differs.

    All three have fields of the same names; a field that `wanted` leaves UNSET stays as it is, None clears it.
    """
    differing = {
        field: {"before": getattr(known, field), "after": getattr(wanted, field)}
        for field in kind.__struct_fields__
        if getattr(wanted, field) is not UNSET and getattr(wanted, field) != getattr(known, field)
    }
    return msgspec.convert(differing, kind, from_attributes=True, builtin_types=()) if differing else None


def values_after(changes: msgspec.Struct) -> dict[str, object]:
    """The new value of every field that changed."""
    corrections: dict[str, Correction | None] = {field: getattr(changes, field) for field in changes.__struct_fields__}
    return {field: correction.after for field, correction in corrections.items() if correction is not None}
