"""`python -m tests.web.screenshots`: pictures of every route into web/screenshots; FLOWLINE_URL names a running system.

Without FLOWLINE_URL a system with the demo is started for it and ended again. ONLY=name,name takes some routes.
`python -m tests.web.screenshots pictures`: only the three pictures of README, into docs/pictures.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.system import running
from tests.web.vitest import WEB


def main(project: str = "screenshots") -> int:
    """Take the pictures; the exit code is vitest's."""
    command = ("npx", "vitest", "run", "--project", project)
    if "FLOWLINE_URL" in os.environ:
        return subprocess.run(command, cwd=WEB, check=False).returncode
    with tempfile.TemporaryDirectory(prefix="flowline-pictures-") as home, running(Path(home)) as system:
        system.flowline("demo")
        told = {**os.environ, "FLOWLINE_URL": system.url}
        return subprocess.run(command, cwd=WEB, env=told, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
