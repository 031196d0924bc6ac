"""How long something lasts when some of it is not over yet: the median by Kaplan and Meier (1958)."""

from __future__ import annotations

from collections.abc import Mapping

ROUNDING = 1e-12


def median_survival(finished: Mapping[float, int], going_on: Mapping[float, int]) -> float | None:
    """The shortest duration that at most half outlast; None where more than half are still there at the end.

    `finished`: counts by how long it lasted; `going_on`: counts by how long it has lasted so far (censored). Who is
    censored at a duration was still at risk at it. S(t) = product of (1 - finished at t / at risk at t).
    """
    at_risk = sum(finished.values()) + sum(going_on.values())
    surviving = 1.0
    for duration in sorted({*finished, *going_on}):
        ended = finished.get(duration, 0)
        if ended:
            surviving *= 1 - ended / at_risk
            if surviving <= 0.5 + ROUNDING:
                return duration
        at_risk -= ended + going_on.get(duration, 0)
    return None
