"""Read your own writes: a command answers a token, a read that sends it waits until it sees the write."""

import re
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from fastapi import Request, Response

from shared.errors import Unavailable
from shared.eventstore.read_model import Pool
from shared.http.context import Catching, service_of
from shared.projections.consistency import parse, wait_for
from shared.projections.projection import Projection

HEADER = "Consistency-Token"
LONGEST_WAIT_SECONDS = 30.0
USUAL_WAIT_SECONDS = 2.0
WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])")


class Consistent:
    """The dependency of a read that shows asynchronous projections."""

    def __init__(self, projections: tuple[str, ...]) -> None:
        self.projections = projections

    async def __call__(self, request: Request, response: Response) -> None:
        """Wait for every token of the request; raises Unavailable `projection-behind` when time is up."""
        tokens = [token for token in request.headers.getlist(HEADER) if token.strip()]
        if not tokens:
            return
        patience = wait_of(request.headers.get("prefer"))
        if patience is not None:
            response.headers["Preference-Applied"] = f"wait={int(patience)}"
        await self._wait(request, tokens, patience)

    async def _wait(self, request: Request, tokens: list[str], patience: float | None) -> None:
        service = service_of(request)
        began = time.monotonic()
        deadline = began + (USUAL_WAIT_SECONDS if patience is None else patience)
        outcome = "behind"
        try:
            for projection in self.projections:
                for token in tokens:
                    await service.catching_up[projection](token, max(0.0, deadline - time.monotonic()))
            outcome = "caught-up"
        except Unavailable as refusal:
            outcome = refusal.code
            raise
        finally:
            service.metrics.consistency_wait.labels(outcome).observe(time.monotonic() - began)


def consistent(*projections: str) -> Callable[[Request, Response], Awaitable[None]]:
    """`dependencies=[Depends(consistent("deals"))]`: this read waits for the request's Consistency-Token."""
    return Consistent(projections)


def catching_up(pool: Pool, projections: Iterable[Projection]) -> dict[str, Catching]:
    """What `ServiceContext.catching_up` holds: each projection by name and how to wait for it."""
    return {projection.name: partial(_caught_up, pool, projection) for projection in projections}


async def _caught_up(pool: Pool, projection: Projection, token: str, seconds: float) -> None:
    await wait_for(pool, projection.name, projection.topics, parse(token), seconds)


def wait_of(prefer: str | None) -> float | None:
    """The seconds of `Prefer: wait=n` (RFC 7240), bounded; None when nothing is preferred."""
    found = WAIT.search(prefer or "")
    return min(float(found[1]), LONGEST_WAIT_SECONDS) if found else None
