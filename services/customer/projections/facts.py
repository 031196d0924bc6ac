"""Recorded events as this service's facts; those that hold personal data are not read this way."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from shared.domain import Fact
from shared.eventstore.recorded import Recorded


def reading(*kinds: type[Fact]) -> Callable[[Recorded], Fact | None]:
    """A reader of these kinds of events; it answers None to every other kind."""
    decoders = {kind.__name__: msgspec.json.Decoder(kind) for kind in kinds}

    def read(recorded: Recorded) -> Fact | None:
        decoder = decoders.get(recorded.type)
        return decoder.decode(recorded.data) if decoder else None

    return read
