"""Requests about sales processes; everything that is drawn is bounded."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from pydantic import Field

from services.pipeline.domain.sales_process import commands
from services.pipeline.domain.sales_process.drawing import Category, Drawing, ForecastCategory, Operator
from shared.http.payload import Payload

Text = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
Element = Annotated[str, Field(min_length=1, max_length=130)]
Days = Annotated[int, Field(ge=0, le=3650)]
Value = Annotated[str, Field(max_length=500)]
People = Annotated[tuple[UUID, ...], Field(max_length=200)]


class CreateProcess(Payload):
    """A way of selling; its versions are drafted, reviewed and published one by one."""

    id: UUID | None = None
    name: Text


class GuardRowBody(Payload):
    """One test of a field of the deal; numbers, days and true or false are written as text."""

    field: Text
    operator: Operator
    value: Value | Annotated[list[Value], Field(max_length=100)] | None = None


class GuardBody(Payload):
    """Rows joined by and (`all`) or or (`any`), or a CEL text about `deal` and `now` instead of rows."""

    match: Literal["all", "any"] = "all"
    rows: Annotated[tuple[GuardRowBody, ...], Field(max_length=20)] = ()
    cel: Annotated[str, Field(max_length=2000)] | None = None


class ChecklistItemBody(Payload):
    """Something to do in a stage."""

    key: Key
    text: Text
    required: bool = False


class CreateTaskBody(Payload):
    """A task for the deal's owner, or for a person."""

    kind: Literal["create_task"]
    title: Text
    due_in_days: Days = 0
    assignee_id: UUID | None = None


class SetFieldBody(Payload):
    """source, region, expected_close_in_days or forecast_category gets a value; null empties it."""

    kind: Literal["set_field"]
    field: Text
    value: Text | None = None


class AssignOwnerBody(Payload):
    """One of these people, or of this team, becomes the owner."""

    kind: Literal["assign"]
    how: Literal["round_robin", "least_load"]
    people: People = ()
    team_id: UUID | None = None


class NotifyBody(Payload):
    """A text for the deal's owner, the owner's team or named people."""

    kind: Literal["notify"]
    text: Words
    owner: bool = True
    team: bool = False
    people: People = ()


class AutomationBody(Payload):
    """What happens by itself in a stage, and why the company wants it."""

    key: Key
    when: Literal["enter", "leave", "idle"]
    action: Annotated[CreateTaskBody | SetFieldBody | AssignOwnerBody | NotifyBody, Field(discriminator="kind")]
    reason: Words


class StageBody(Payload):
    """A stage; its place in the list is its rank, `probability` is in percent.

    `required`: customer_id, owner_id, amount, lines, expected_close, source, region.
    """

    key: Key
    name: Text
    category: Category
    probability: Annotated[int, Field(ge=0, le=100)]
    forecast_category: ForecastCategory | None = None
    required: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    sla_days: Days | None = None
    idle_days: Days | None = None
    checklist: Annotated[tuple[ChecklistItemBody, ...], Field(max_length=50)] = ()
    automations: Annotated[tuple[AutomationBody, ...], Field(max_length=20)] = ()


class DecisionBody(Payload):
    """A diamond between stages."""

    key: Key
    name: Text


class MoveBody(Payload):
    """An allowed move between two stages or decisions, by their keys; `default`: the answer when no other one holds."""

    from_stage: Text
    to_stage: Text
    label: Text | None = None
    guard: GuardBody | None = None
    default: bool = False


class NoteBody(Payload):
    """An annotation; `element` is the key of a stage or decision, or a move as `from->to`."""

    key: Key
    text: Words
    element: Element | None = None


class DrawVersion(Payload):
    """A drawing; without `moves` a deal may go from every stage that is not closed to every other one."""

    stages: Annotated[list[StageBody], Field(min_length=1, max_length=100)]
    moves: Annotated[list[MoveBody] | None, Field(max_length=2000)] = None
    decisions: Annotated[tuple[DecisionBody, ...], Field(max_length=100)] = ()
    notes: Annotated[tuple[NoteBody, ...], Field(max_length=200)] = ()
    reason: Words | None = None


class DraftVersion(Payload):
    """The next version: a drawing, or without `stages` a copy of the version that it is `based_on`."""

    stages: Annotated[list[StageBody] | None, Field(min_length=1, max_length=100)] = None
    moves: Annotated[list[MoveBody] | None, Field(max_length=2000)] = None
    decisions: Annotated[tuple[DecisionBody, ...], Field(max_length=100)] = ()
    notes: Annotated[tuple[NoteBody, ...], Field(max_length=200)] = ()
    reason: Words | None = None
    based_on: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class Reason(Payload):
    """Why."""

    reason: Words


class RetireVersion(Payload):
    """Why; the last published version needs `no_new_deals`, because then no deal is opened on the process at all."""

    reason: Words
    no_new_deals: bool = False


class CommentOn(Payload):
    """Something to say about a version, or about one of its elements (see `element` of a note)."""

    id: UUID | None = None
    text: Words
    element: Element | None = None


def drafting(body: DraftVersion, author: str) -> commands.DraftSalesProcessVersion:
    """The wish to draw or copy a version."""
    drawing = drawn(body)
    return commands.DraftSalesProcessVersion(
        author=author,
        stages=None if body.stages is None else drawing.stages,
        moves=None if body.moves is None else drawing.moves,
        decisions=drawing.decisions,
        notes=drawing.notes,
        reason=body.reason,
        based_on=body.based_on,
    )


def redrawing(body: DrawVersion, number: int, author: str) -> commands.RedrawSalesProcessVersion:
    """The wish to draw a draft anew."""
    drawing = drawn(body)
    return commands.RedrawSalesProcessVersion(
        number=number,
        author=author,
        stages=drawing.stages,
        moves=None if body.moves is None else drawing.moves,
        decisions=drawing.decisions,
        notes=drawing.notes,
        reason=body.reason,
    )


def drawn(body: DrawVersion | DraftVersion) -> Drawing:
    """What is drawn; what is left out is empty."""
    said = body.model_dump(mode="json", include={"stages", "moves", "decisions", "notes"})
    return msgspec.convert({name: value or [] for name, value in said.items()}, Drawing)
