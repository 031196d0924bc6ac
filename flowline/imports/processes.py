"""The calls that bring a sales process into being: drawn and submitted by one identity, approved by another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

APPROVER = "ada"  # of the development identity provider; elsewhere FLOWLINE_APPROVER_TOKEN says who approves
WHY = "Made by the flowline command."


class Call(NamedTuple):
    """A single call: path, body, expected version, and whether the approver makes it."""

    path: str
    body: dict[str, Any]
    expects: int | None
    approves: bool = False


def process_calls(process_id: UUID, name: str, drawings: Sequence[dict[str, Any]]) -> list[Call]:
    """Create a process and publish these drawings as its versions, in this order."""
    calls = [Call("/processes", {"id": str(process_id), "name": name}, None)]
    versions = f"/processes/{process_id}/versions"
    for number, drawing in enumerate(drawings, start=1):
        events = 3 * number - 2
        calls += [
            Call(versions, drawing, events),
            Call(f"{versions}/{number}/submit", {"reason": WHY}, events + 1),
            Call(f"{versions}/{number}/publish", {"reason": WHY}, events + 2, approves=True),
        ]
    return calls
