"""How sales processes and their versions look to those who ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.pipeline.domain.sales_process.drawing import Category, ForecastCategory, Operator, elements
from services.pipeline.domain.sales_process.lint import findings
from services.pipeline.domain.sales_process.version import Status
from services.pipeline.projections.process_versions import Drawn, What
from services.pipeline.projections.processes import ProcessRow


class Shown(BaseModel):
    """A part of a version, read from what the row keeps."""

    model_config = ConfigDict(from_attributes=True)


class GuardRowView(Shown):
    """One test of a field of the deal."""

    field: str
    operator: Operator
    value: str | tuple[str, ...] | None


class GuardView(Shown):
    """What must hold for a move."""

    match: Literal["all", "any"]
    rows: tuple[GuardRowView, ...]
    cel: str | None


class ChecklistItemView(Shown):
    """Something to do in a stage."""

    key: str
    text: str
    required: bool


class CreateTaskView(Shown):
    """A task about the deal."""

    kind: Literal["create_task"] = "create_task"
    title: str
    due_in_days: int
    assignee_id: UUID | None


class SetFieldView(Shown):
    """A field of the deal gets a value."""

    kind: Literal["set_field"] = "set_field"
    field: str
    value: str | None


class AssignOwnerView(Shown):
    """Somebody becomes the owner."""

    kind: Literal["assign"] = "assign"
    how: Literal["round_robin", "least_load"]
    people: tuple[UUID, ...]
    team_id: UUID | None


class NotifyView(Shown):
    """Somebody is told."""

    kind: Literal["notify"] = "notify"
    text: str
    owner: bool
    team: bool
    people: tuple[UUID, ...]


class AutomationView(Shown):
    """What happens by itself in a stage."""

    key: str
    when: Literal["enter", "leave", "idle"]
    action: CreateTaskView | SetFieldView | AssignOwnerView | NotifyView
    reason: str


class DrawnStageView(Shown):
    """A stage with everything that is drawn of it."""

    key: str
    name: str
    category: Category
    probability: int
    forecast_category: ForecastCategory | None
    required: tuple[str, ...]
    sla_days: int | None
    idle_days: int | None
    checklist: tuple[ChecklistItemView, ...]
    automations: tuple[AutomationView, ...]


class DecisionView(Shown):
    """A diamond between stages."""

    key: str
    name: str


class MoveView(Shown):
    """An allowed move between two stages or decisions, by their keys."""

    from_stage: str
    to_stage: str
    label: str | None
    guard: GuardView | None
    default: bool


class NoteView(Shown):
    """An annotation."""

    key: str
    text: str
    element: str | None


class StepView(Shown):
    """Who did what with the version, when and why."""

    what: What
    who: str
    when: datetime
    why: str | None


class CommentView(Shown):
    """What somebody said; `closed_by`: who resolved it; `gone`: its element is not drawn any more."""

    id: UUID
    author: str
    text: str
    at: datetime
    element: str | None
    closed_by: str | None
    closed_at: datetime | None
    gone: bool = False


class FindingView(Shown):
    """What a check of the drawing says; only a warning does not keep a draft from review."""

    code: str
    sentence: str
    element: str | None
    warning: bool


class VersionSummary(BaseModel):
    """How far a version is, and every step that led there."""

    number: int
    status: Status
    published: bool
    drafted_at: datetime
    published_at: datetime | None
    based_on: int | None
    open_comments: int
    history: Annotated[tuple[StepView, ...], Field(description="first things first")]


class VersionView(VersionSummary):
    """One version; `findings`: what keeps it from being published, and what to think of; a published one has none."""

    stages: tuple[DrawnStageView, ...]
    moves: tuple[MoveView, ...]
    decisions: tuple[DecisionView, ...]
    notes: tuple[NoteView, ...]
    comments: tuple[CommentView, ...]
    findings: tuple[FindingView, ...]


class ProcessSummary(BaseModel):
    """A process and how far its versions are; `latest`: the newest published one, on which new deals are opened."""

    id: UUID
    version: int
    name: str
    latest: int | None
    versions: Sequence[VersionSummary]


class ProcessView(ProcessSummary):
    """A process with everything that is drawn and said of its versions."""

    versions: Sequence[VersionView]


def process_summary(row: ProcessRow, *, drafts: bool) -> ProcessSummary:
    """A process in a list; `drafts`: with the versions that are not published."""
    shown = [version_summary(drawn) for drawn in row.drawn if drafts or drawn.public]
    return ProcessSummary(id=row.id, version=row.version, name=row.name, latest=row.latest, versions=shown)


def process_view(row: ProcessRow, *, drafts: bool) -> ProcessView:
    """A process; `drafts`: with the versions that are not published."""
    shown = [version_view(drawn) for drawn in row.drawn if drafts or drawn.public]
    return ProcessView(id=row.id, version=row.version, name=row.name, latest=row.latest, versions=shown)


def version_summary(drawn: Drawn) -> VersionSummary:
    """How far a version is."""
    drafted = drawn.when("drafted")
    assert drafted is not None
    return VersionSummary(
        number=drawn.number,
        status=drawn.status,
        published=drawn.public,
        drafted_at=drafted,
        published_at=drawn.when("published"),
        based_on=drawn.based_on,
        open_comments=sum(comment.closed_by is None for comment in drawn.comments),
        history=tuple(StepView.model_validate(step) for step in drawn.steps),
    )


def version_view(drawn: Drawn) -> VersionView:
    """A version with everything that is drawn and said of it."""
    drawing = drawn.drawing
    return VersionView(
        **dict(version_summary(drawn)),
        stages=tuple(DrawnStageView.model_validate(stage) for stage in drawing.stages),
        moves=tuple(MoveView.model_validate(move) for move in drawing.moves),
        decisions=tuple(DecisionView.model_validate(decision) for decision in drawing.decisions),
        notes=tuple(NoteView.model_validate(note) for note in drawing.notes),
        comments=_comments(drawn),
        findings=() if drawn.public else tuple(FindingView.model_validate(found) for found in findings(drawing)),
    )


def _comments(drawn: Drawn) -> tuple[CommentView, ...]:
    known = elements(drawn.drawing)
    views = (CommentView.model_validate(comment) for comment in drawn.comments)
    gone = {"gone": True}
    return tuple(v if v.element is None or v.element in known else v.model_copy(update=gone) for v in views)
