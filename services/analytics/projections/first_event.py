"""What a stream may begin with, seen from a row that is not there yet."""

from __future__ import annotations

from services.analytics.upstream import Upstream
from shared.eventstore.folding import Gap
from shared.eventstore.recorded import Recorded


def no_row(event: Upstream | None, recorded: Recorded) -> None:
    """A first event makes a row or is of something that came later than this code; raises Gap where one is missing."""
    if event is not None:
        raise Gap(f"{recorded.type} of {recorded.stream_id} without the events before it")
