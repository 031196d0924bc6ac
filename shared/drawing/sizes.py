"""How large nodes, labels and notes are: as large as their texts need."""

from __future__ import annotations

from dataclasses import dataclass

from shared.drawing.flowchart import Annotation, Edge, Node
from shared.drawing.lettering import NOTE_FONT, NOTE_LINE, SMALL_FONT, SMALL_LINE, Lettering, lettered

_STEP, _DECISION, _LABEL, _NOTE = 190, 130, 130, 210  # how wide a line of text may be
_BOLD = 1.06


@dataclass(slots=True, kw_only=True)
class Size:
    """A node's texts in lines and the box that holds them; the box may grow for arrows at its sides."""

    label: tuple[str, ...]
    lines: tuple[str, ...]
    w: int
    h: int


def size_of(node: Node) -> Size:
    """Return the size of a node with its texts."""
    label = lettered(node.label, _DECISION if node.kind == "decision" else _STEP)
    small = [lettered(line, _STEP, size=SMALL_FONT, line=SMALL_LINE) for line in node.lines]
    wide = max([label.width * _BOLD, *(each.width for each in small)])
    high = label.height + sum(each.height for each in small)
    w, h = _box(node, wide, high)
    return Size(label=label.lines, lines=tuple(line for each in small for line in each.lines), w=_even(w), h=_even(h))


def label_of(edge: Edge) -> Lettering | None:
    """Return the lettering of an arrow's text."""
    return lettered(edge.label, _LABEL, size=SMALL_FONT, line=SMALL_LINE) if edge.label else None


def note_of(note: Annotation) -> Lettering:
    """Return the lettering of a note."""
    return lettered(note.text, _NOTE, size=NOTE_FONT, line=NOTE_LINE)


def _box(node: Node, wide: float, high: int) -> tuple[float, float]:
    match node.kind:
        case "decision":  # a diamond holds a text whose share of its width and share of its height make one
            return max(110, wide / 0.6), max(56, high / 0.4)
        case "step":
            return max(130, wide + 28), max(44, high + 18)
        case _:
            return max(90, wide + 40), max(36, high + 16)


def _even(length: float) -> int:
    return 2 * round(length / 2 + 0.49)
