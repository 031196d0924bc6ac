"""Checks of the decisions of a drawing: answers, defaults, and no going round without a stage."""

from __future__ import annotations

from collections.abc import Iterator

from services.pipeline.domain.sales_process.drawing import Decision, Drawing
from services.pipeline.domain.sales_process.finding import Finding, arrow

FEWEST_ANSWERS = 2


def decision_findings(drawing: Drawing) -> Iterator[Finding]:
    """What is wrong with the decisions and with defaults."""
    keys = {decision.key for decision in drawing.decisions}
    for decision in drawing.decisions:
        yield from _answers(decision, drawing)
    for move in drawing.moves:
        if move.default and move.from_stage not in keys:
            said = f"{arrow(move)}: only an answer of a decision can be its default."
            yield Finding("default-outside-decision", said, f"{move.from_stage}->{move.to_stage}")
        if move.default and move.guard is not None:
            said = f"{arrow(move)}: a default has no guard, it is taken when no other answer holds."
            yield Finding("default-with-guard", said, f"{move.from_stage}->{move.to_stage}")
    yield from _loops(drawing, keys)


def _answers(decision: Decision, drawing: Drawing) -> Iterator[Finding]:
    answers = [move for move in drawing.moves if move.from_stage == decision.key]
    defaults = sum(move.default for move in answers)
    if len(answers) < FEWEST_ANSWERS:
        said = f"Decision {decision.key!r} has {len(answers)} answers; it needs two or more."
        yield Finding("too-few-answers", said, decision.key)
    if not defaults:
        yield Finding("default-missing", f"Decision {decision.key!r} has no default answer.", decision.key)
    if defaults > 1:
        yield Finding("several-defaults", f"Decision {decision.key!r} has {defaults} default answers.", decision.key)


def _loops(drawing: Drawing, keys: set[str]) -> Iterator[Finding]:
    """Decisions that are left when those without a decision before them are taken away, again and again."""
    between = [(m.from_stage, m.to_stage) for m in drawing.moves if m.from_stage in keys and m.to_stage in keys]
    left = set(keys)
    while free := {key for key in left if not any(to == key and of in left for of, to in between)}:
        left -= free
    while free := {key for key in left if not any(of == key and to in left for of, to in between)}:
        left -= free
    for decision in drawing.decisions:
        if decision.key in left:
            said = f"Decision {decision.key!r} is part of a loop without a stage."
            yield Finding("decision-loop", said, decision.key)
