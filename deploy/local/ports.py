"""Which loopback ports the parts listen on: the same as last time where they are free."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.local.processes import free_port, port_is_free


def choose(
    names: Iterable[str], remembered: Path, wished: dict[str, int], tell: Callable[[str], None]
) -> dict[str, int]:
    """A free port for every name, remembered in a file; a wished one that is taken is replaced, and told."""
    before = _read(remembered)
    chosen: dict[str, int] = {}
    for name in names:
        wish = wished.get(name) or before.get(name)
        taken = wish is None or wish in chosen.values() or not port_is_free(wish)
        chosen[name] = _another(set(chosen.values())) if taken or wish is None else wish
        if name in wished and chosen[name] != wish:
            tell(f"port {wish} is taken; the {name} uses {chosen[name]}")
    remembered.write_text(json.dumps(chosen))
    return chosen


def _another(chosen: set[int]) -> int:
    while (port := free_port()) in chosen:
        pass
    return port


def _read(remembered: Path) -> dict[str, int]:
    with contextlib.suppress(FileNotFoundError, ValueError):
        return {str(name): int(port) for name, port in json.loads(remembered.read_text()).items()}
    return {}
