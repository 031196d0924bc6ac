"""`python -m tests.faults.drills [NAMES]`: what docs/runbooks say, done on a system that is started for it.

Without names all of them, one after the other; those that need a Postgres of their own start their own system.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.faults.drills import (
    disk_full,
    kafka_lost,
    key_rotation,
    lag_rising,
    postgres_restore,
    projection_wrong,
    relay_stuck,
    stream_parked,
)
from tests.faults.drills.shift import Shift
from tests.faults.storm import say
from tests.system import running

TOGETHER: Mapping[str, Callable[[Shift], None]] = {
    module.__name__.rpartition(".")[2].replace("_", "-"): module.drill
    for module in (projection_wrong, stream_parked, relay_stuck, lag_rising, key_rotation, kafka_lost)
}
ALONE: Mapping[str, Callable[[], None]] = {"postgres-restore": postgres_restore.drill, "disk-full": disk_full.drill}


def main() -> None:
    """Run the drills named; the first that fails ends it with what it was waiting for."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = (*TOGETHER, *ALONE)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    names = parser.parse_args().names or known
    if unknown := set(names) - set(known):
        parser.error(f"there is no drill called {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    together = [name for name in names if name in TOGETHER]
    if together:
        with tempfile.TemporaryDirectory(prefix="flowline-drill-") as home, running(Path(home)) as system:
            for name in together:
                say(f"--- {name}")
                TOGETHER[name](Shift(system))
    for name in names:
        if name in ALONE:
            say(f"--- {name}")
            ALONE[name]()


if __name__ == "__main__":
    main()
