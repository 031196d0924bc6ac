"""The shared migrations, as every service runs them before its own."""

from __future__ import annotations

from pathlib import Path

MIGRATIONS = [Path(__file__).parents[1] / part / "migrations" for part in ("eventstore", "projections")]
