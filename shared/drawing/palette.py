"""How marks look: never by colour alone, so each has a line style and a sign as well."""

from __future__ import annotations

from dataclasses import dataclass

from shared.drawing.flowchart import Mark

INK, SOFT, LINE, PAPER, NOTE, NOTE_LINE = "#0f172a", "#475569", "#64748b", "#ffffff", "#fef9c3", "#ca8a04"
GOOD, GOOD_LINE, BAD, BAD_LINE = "#dcfce7", "#15803d", "#fee2e2", "#b91c1c"
DECISION, DECISION_LINE, STEP_LINE = "#eef2ff", "#4f46e5", "#475569"
_DEEP = (96, 165, 250)  # what a node is filled with that everything passes


@dataclass(frozen=True, slots=True)
class Look:
    """`dash` as in SVG, None = unbroken; `sign` stands at the corner of a node; `width` of lines in pixels."""

    stroke: str
    fill: str
    dash: str | None
    width: float
    sign: str
    ink: str = INK


LOOKS: dict[Mark, Look] = {
    "added": Look("#15803d", "#dcfce7", None, 2.6, "+"),
    "removed": Look("#b91c1c", "#fee2e2", "7 4", 1.8, "\u2212", "#7f1d1d"),
    "changed": Look("#b45309", "#fef3c7", "12 3 3 3", 2.2, "~"),
    "used": Look("#1d4ed8", "#dbeafe", None, 2.0, "\u2713"),
    "unused": Look("#94a3b8", "#f8fafc", "2 4", 1.4, "\u25cb", "#64748b"),
    "violation": Look("#be123c", "#ffe4e6", "9 3 2 3 2 3", 2.4, "!", "#881337"),
    "happy": Look("#047857", "#d1fae5", None, 3.2, "\u2605"),
    "muted": Look("#cbd5e1", "#f8fafc", None, 1.2, "", "#94a3b8"),
}


def depth(weight: float) -> str:
    """Return the fill of a node for a weight from 0 to 1: white to blue."""
    share = min(max(weight, 0.0), 1.0)
    return "#" + "".join(f"{round(255 - (255 - deep) * share):02x}" for deep in _DEEP)


def thickness(weight: float) -> float:
    """Return the width of an arrow in pixels for a weight from 0 to 1."""
    return round(1.2 + 4.8 * min(max(weight, 0.0), 1.0), 1)
