"""`make bench`: every benchmark, one table; each number stands beside a peer or a floor of the same run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

BENCHMARKS = ("append", "rebuild", "whole", "generation", "analytics")


def main() -> None:
    """Run each benchmark in a process of its own and print what it found."""
    for name in BENCHMARKS:
        done = subprocess.run([sys.executable, "-m", f"bench.{name}", "--json"], check=True, stdout=subprocess.PIPE)
        for what, value in _rows(json.loads(done.stdout)):
            print(f"{name:8} {what:60} {value:>14}")


def _rows(found: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _rows(value, f"{prefix}{name} · ")
        else:
            yield f"{prefix}{name}", str(value)


if __name__ == "__main__":
    main()
