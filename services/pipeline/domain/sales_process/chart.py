"""A version as a flowchart: stages are rectangles, decisions diamonds, moves arrows, notes annotations."""

# ruff: noqa: RUF001 -- Chinese punctuation is meant as it stands

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from services.pipeline.domain.sales_process.definition import CLOSED
from services.pipeline.domain.sales_process.drawing import Category, Drawing, Guard, Move, Note, Stage, move_id
from services.pipeline.domain.sales_process.guard import cel_of, described
from services.pipeline.domain.sales_process.guard_rows import GuardRefused
from services.pipeline.domain.sales_process.wording import (
    FIELD_NAMES,
    WHEN_NAMES,
    Language,
    action_words,
    named_in,
)
from shared.drawing.flowchart import Annotation, Edge, Flowchart, Mark, Node, NodeKind

T = TypeVar("T")
START = ":start"  # keys have no colon
_KINDS: Mapping[Category, NodeKind] = {"open": "step", "on_hold": "step", "won": "good_end", "lost": "bad_end"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What a chart is called; `marks`: by element, see `Note.element`, notes as `note:key`."""

    id: str
    title: str
    language: Language = "en"
    marks: Mapping[str, Mark] = field(default_factory=dict)


def chart_of(drawing: Drawing, caption: Caption) -> Flowchart:
    """Draw a version; nodes and edges keep the keys of their elements as ids.

    A draft may have faults: of what is there twice the first is drawn, an arrow without both ends is not.
    """
    keys = (START, *(stage.key for stage in drawing.stages), *(decision.key for decision in drawing.decisions))
    nodes = _unique(keys, _nodes(drawing, caption))
    edges = [edge for edge in _edges(drawing, caption) if {edge.source, edge.target} <= nodes.keys()]
    drawn = _unique((edge.id for edge in edges), edges)
    known = nodes.keys() | drawn.keys()
    notes = _unique(map(note_id, drawing.notes), (_note(note, caption, known) for note in drawing.notes))
    return Flowchart(
        id=caption.id,
        title=caption.title,
        nodes=tuple(nodes.values()),
        edges=tuple(drawn.values()),
        notes=tuple(notes.values()),
        description=_description(drawing, caption.language),
        language=caption.language,
    )


def _unique(keys: Iterable[str], parts: Iterable[T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for key, part in zip(keys, parts, strict=True):
        found.setdefault(key, part)
    return found


def _nodes(drawing: Drawing, caption: Caption) -> Iterator[Node]:
    yield Node(id=START, kind="start", label="Start" if caption.language == "en" else "开始", rank=0)
    last = 1 + sum(stage.category not in CLOSED for stage in drawing.stages)
    open_ = [stage.key for stage in drawing.stages if stage.category not in CLOSED]
    for stage in drawing.stages:
        rank = last if stage.category in CLOSED else 1 + open_.index(stage.key)
        yield Node(
            id=stage.key,
            kind=_KINDS[stage.category],
            label=stage.name,
            rank=rank,
            lines=tuple(_small_print(stage, caption.language)),
            mark=caption.marks.get(stage.key),
        )
    for decision in drawing.decisions:
        yield Node(id=decision.key, kind="decision", label=decision.name, mark=caption.marks.get(decision.key))


def _small_print(stage: Stage, language: Language) -> Iterator[str]:
    english = language == "en"
    if stage.category not in CLOSED:
        yield f"{stage.probability} %"
    if stage.required:
        fields = ", ".join(named_in(FIELD_NAMES, name, language) for name in stage.required)
        yield f"needs {fields}" if english else f"必填：{fields}"
    if stage.sla_days:
        yield f"at most {stage.sla_days} days" if english else f"时限 {stage.sla_days} 天"
    if stage.idle_days:
        yield f"rots after {stage.idle_days} days" if english else f"{stage.idle_days} 天无变化即停滞"
    for item in stage.checklist:
        yield f"☐ {item.text}{' *' if item.required else ''}"
    for automation in stage.automations:
        yield f"⚙ {named_in(WHEN_NAMES, automation.when, language)}: {action_words(automation.action, language)}"


def _edges(drawing: Drawing, caption: Caption) -> Iterator[Edge]:
    starts = (stage.key for stage in drawing.stages if stage.category == "open")
    first = next((key for key in starts if caption.marks.get(key) != "removed"), None)
    if first is not None:
        yield Edge(id=f"{START}->{first}", source=START, target=first)
    yield from (_edge(move, caption) for move in drawing.moves)


def _edge(move: Move, caption: Caption) -> Edge:
    return Edge(
        id=move_id(move),
        source=move.from_stage,
        target=move.to_stage,
        label=move.label or (described(move.guard) if move.guard else None),
        condition=None if move.guard is None else _condition(move.guard),
        default=move.default,
        mark=caption.marks.get(move_id(move)),
        title=described(move.guard) if move.guard else None,
    )


def _condition(guard: Guard) -> str:
    """The guard as CEL; one that cannot be compiled, in a draft from before a rule changed, as it reads."""
    try:
        return cel_of(guard)
    except GuardRefused:
        return described(guard)


def _note(note: Note, caption: Caption, drawn: Collection[str | None]) -> Annotation:
    about = note.element if note.element in drawn else None
    return Annotation(id=note_id(note), text=note.text, element=about, mark=caption.marks.get(note_id(note)))


def note_id(note: Note) -> str:
    """What charts and marks call a note."""
    return f"note:{note.key}"


def _description(drawing: Drawing, language: Language) -> str:
    stages, decisions, moves = len(drawing.stages), len(drawing.decisions), len(drawing.moves)
    names = " · ".join(stage.name for stage in drawing.stages)
    if language == "zh":
        return f"{stages} 个阶段，{decisions} 个判断，{moves} 条流转。阶段：{names}"
    return f"{stages} stages, {decisions} decisions, {moves} moves. Stages: {names}"
