"""What a process version is drawn of: stages, decisions, moves with guards, automations and notes."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

Category = Literal["open", "on_hold", "won", "lost"]
ForecastCategory = Literal["pipeline", "best_case", "most_likely", "commit", "closed", "omitted"]
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not_in", "is_set", "is_empty", "contains"]


class GuardRow(msgspec.Struct, frozen=True, kw_only=True):
    """One simple test of a field, such as amount >= 1000; numbers are written as text so that they stay exact."""

    field: str
    operator: Operator
    value: str | tuple[str, ...] | None = None


class Guard(msgspec.Struct, frozen=True, kw_only=True):
    """What must hold for a move: rows joined by and (`all`) or or (`any`), or a free CEL text instead of rows."""

    match: Literal["all", "any"] = "all"
    rows: tuple[GuardRow, ...] = ()
    cel: str | None = None


class ChecklistItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something to do in a stage; a required one is done before the deal moves forward."""

    key: str
    text: str
    required: bool = False


class CreateTask(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="create_task"):
    """A task about the deal, due so many days later, for its owner unless a person is named."""

    title: str
    due_in_days: int = 0
    assignee_id: UUID | None = None


class SetField(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="set_field"):
    """A field of the deal gets a value (None empties it): source, region, expected_close_in_days, forecast_category."""

    field: str
    value: str | None = None


class AssignOwner(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="assign"):
    """One of these people, or of this team, becomes the owner: in turn, or whoever has the fewest open deals."""

    how: Literal["round_robin", "least_load"]
    people: tuple[UUID, ...] = ()
    team_id: UUID | None = None


class Notify(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="notify"):
    """A text for the deal's owner, the owner's team or named people."""

    text: str
    owner: bool = True
    team: bool = False
    people: tuple[UUID, ...] = ()


Action = CreateTask | SetField | AssignOwner | Notify


class Automation(msgspec.Struct, frozen=True, kw_only=True):
    """What happens by itself when a deal enters or leaves a stage, or stays in it without a change for its idle days.

    `reason`: why the company wants it, in its own words; it is kept in every event that the automation causes.
    """

    key: str
    when: Literal["enter", "leave", "idle"]
    action: Action
    reason: str


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the process; its rank is its place in the list, `probability` is in percent.

    `required`: fields of the deal that are set on entry; `sla_days`: how long a deal should stay at most;
    `idle_days`: after so many days without a change it rots (None or 0 = never).
    """

    key: str
    name: str
    category: Category
    probability: int
    forecast_category: ForecastCategory | None = None
    required: tuple[str, ...] = ()
    sla_days: int | None = None
    idle_days: int | None = None
    checklist: tuple[ChecklistItem, ...] = ()
    automations: tuple[Automation, ...] = ()


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A diamond between stages: the moves that leave it are its answers, one of them the default."""

    key: str
    name: str


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """An arrow between two nodes, stages or decisions by their keys; its id is `from_stage->to_stage`.

    `default`: of the arrows that leave a decision, the one to take when no guarded one holds.
    """

    from_stage: str
    to_stage: str
    label: str | None = None
    guard: Guard | None = None
    default: bool = False


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """An annotation on an element: the key of a stage or decision, or the id of a move; None = on the whole drawing."""

    key: str
    text: str
    element: str | None = None


class Drawing(msgspec.Struct, frozen=True):
    """Everything that a version looks like; its parts are the fields of the events that draw it."""

    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    decisions: tuple[Decision, ...] = ()
    notes: tuple[Note, ...] = ()


def move_id(move: Move) -> str:
    """What notes, comments and decisions call an arrow."""
    return f"{move.from_stage}->{move.to_stage}"


def elements(drawing: Drawing) -> frozenset[str]:
    """Everything that a note or a comment may be about."""
    keys = [*(stage.key for stage in drawing.stages), *(decision.key for decision in drawing.decisions)]
    return frozenset([*keys, *(move_id(move) for move in drawing.moves)])
