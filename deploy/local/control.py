"""Takes a part of the running system down, up again, or to another version, from outside the runner."""

from __future__ import annotations

import time
from pathlib import Path

from deploy.local.parts import State
from deploy.local.places import Places

PATIENCE = 320.0  # seconds


def set_down(places: Places, part: str, *, down: bool) -> None:
    """Have the runner stop or start a part and wait until it has.

    Raises ValueError for a part that does not exist (any more), TimeoutError when it takes too long.
    """
    known = places.recorded().get("parts", {})
    if part not in known:
        raise ValueError(f"there is no part {part!r} running here; there are: {', '.join(known) or 'none'}")
    asked = places.left_down()
    places.leave_down(asked | {part} if down else asked - {part})
    wanted, deadline = State.DOWN if down else State.READY, time.monotonic() + PATIENCE
    while (state := _state(places, part)) != wanted:
        if state is None:
            raise ValueError("Flowline has been stopped")
        if time.monotonic() > deadline:
            raise TimeoutError(f"{part} is still not {wanted} after {PATIENCE:.0f} s")
        time.sleep(0.1)


def change_version(places: Places, part: str, checkout: Path) -> None:
    """Stop a part and start it again from another checkout of Flowline, whose migrations run first.

    Raises ValueError for a directory that is none, or what `set_down` raises.
    """
    if not (checkout / "services").is_dir():
        raise ValueError(f"{checkout} is not a checkout of Flowline")
    set_down(places, part, down=True)
    places.run_from({**places.checkouts(), part: checkout.absolute()})
    set_down(places, part, down=False)


def _state(places: Places, part: str) -> State | None:
    known = places.recorded().get("parts", {})
    return State(known[part]["state"]) if part in known else None
