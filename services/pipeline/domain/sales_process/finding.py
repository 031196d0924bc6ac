"""One thing that a check of a drawing has to say."""

from __future__ import annotations

from dataclasses import dataclass

from services.pipeline.domain.sales_process.drawing import Move


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: a code for programs, a sentence for people, and the element (see `Note.element`), if it is one.

    A warning does not keep a version from review.
    """

    code: str
    sentence: str
    element: str | None = None
    warning: bool = False


def arrow(move: Move) -> str:
    """How sentences speak of an arrow."""
    return f"Move {move.from_stage!r} → {move.to_stage!r}"
