"""Runs what is written for a browser, with vitest, against a running system."""

from __future__ import annotations

import os
import subprocess

from deploy.local.processes import ROOT
from tests.system import System

WEB = ROOT / "web"


def vitest(system: System | None, project: str, *arguments: str, seconds: float = 1800) -> None:
    """Run a project of web/vite.config.ts; raises AssertionError with what it printed when it fails."""
    told = {"FLOWLINE_URL": system.url, "FLOWLINE_HOME": str(system.home)} if system else {}
    command = ["npx", "vitest", "run", "--no-color", "--project", project, *arguments]
    done = subprocess.run(
        command, cwd=WEB, env={**os.environ, **told}, capture_output=True, text=True, timeout=seconds, check=False
    )
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
