"""Starts the analytics service: `serve` or `migrate`."""

from pathlib import Path

from services.analytics.bootstrap import assemble
from services.analytics.settings import Settings
from shared.http.command_line import run

if __name__ == "__main__":
    run(Settings, assemble, migrations=Path(__file__).parent / "migrations")
