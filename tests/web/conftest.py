"""One running system with the demo for all journeys of the web client."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system import System, running


@pytest.fixture(scope="package")
def demo_system() -> Iterator[System]:
    place = tempfile.TemporaryDirectory(prefix="flowline-web-", ignore_cleanup_errors=True)
    with place as home, running(Path(home)) as system:
        system.flowline("demo")
        yield system
