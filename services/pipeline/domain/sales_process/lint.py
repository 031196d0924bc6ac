"""What is wrong with a drawn process, as sentences; a version without faults can be reviewed and published."""

from __future__ import annotations

from collections.abc import Iterator

from services.pipeline.domain.sales_process.drawing import Drawing, elements
from services.pipeline.domain.sales_process.finding import Finding
from services.pipeline.domain.sales_process.lint_decisions import decision_findings
from services.pipeline.domain.sales_process.lint_moves import move_findings
from services.pipeline.domain.sales_process.lint_stages import repeated, stage_findings
from services.pipeline.domain.sales_process.lint_ways import way_findings

MANY_NODES = 15
MANY_MOVES = 40


def findings(drawing: Drawing) -> tuple[Finding, ...]:
    """Everything that a reader of the drawing should know; where ways lead is looked at once the parts are right."""
    parts = [*stage_findings(drawing), *decision_findings(drawing), *move_findings(drawing), *_note_findings(drawing)]
    ways = () if any(not found.warning for found in parts) else way_findings(drawing)
    return (*parts, *ways, *_size_findings(drawing))


def faults(drawing: Drawing) -> tuple[Finding, ...]:
    """The findings that keep a version from review."""
    return tuple(found for found in findings(drawing) if not found.warning)


def _note_findings(drawing: Drawing) -> Iterator[Finding]:
    known = elements(drawing)
    for key in repeated(note.key for note in drawing.notes):
        yield Finding("key-repeated", f"The key {key!r} of a note is used more than once.")
    for note in drawing.notes:
        if note.element is not None and note.element not in known:
            yield Finding("note-on-nothing", f"Note {note.key!r} is about {note.element!r}, which is not drawn.")


def _size_findings(drawing: Drawing) -> Iterator[Finding]:
    nodes, moves = len(drawing.stages) + len(drawing.decisions), len(drawing.moves)
    if nodes > MANY_NODES or moves > MANY_MOVES:
        said = f"{nodes} stages and decisions and {moves} moves are hard to follow; keep it simple."
        yield Finding("too-many-elements", said, warning=True)
