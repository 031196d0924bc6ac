"""What a deal's forecast is: what somebody said about it, else what its stage says, else what the chances amount to."""

from __future__ import annotations

from services.pipeline.domain.sales_process.definition import CLOSED
from services.pipeline.domain.sales_process.drawing import Category, ForecastCategory

BEST_CASE, MOST_LIKELY, COMMIT = 50, 70, 90
"""From which probability (percent) on a category begins where neither a person nor the stage names one."""


def probability_of(category: Category, said: int | None, of_stage: int) -> int:
    """A deal's probability in percent: what somebody said; a closed deal's is its stage's, whatever was said before."""
    return of_stage if said is None or category in CLOSED else said


def category_of(
    category: Category, said: ForecastCategory | None, of_stage: ForecastCategory | None, probability: int
) -> ForecastCategory:
    """A deal's forecast category, by its stage's category, what was said, the stage's own and the deal's probability.

    Won = closed and lost = omitted, always. An open deal (on hold too): what somebody said, else the stage's own, else
    by its probability: pipeline below 50 %, best case below 70 %, most likely below 90 %, commit from there on.
    """
    if category == "won":
        return "closed"
    if category == "lost":
        return "omitted"
    return said or of_stage or _by(probability)


def _by(probability: int) -> ForecastCategory:
    if probability < BEST_CASE:
        return "pipeline"
    if probability < MOST_LIKELY:
        return "best_case"
    return "most_likely" if probability < COMMIT else "commit"
