"""The running system of a file of journeys: started once for it, on free ports, in a directory that is thrown away."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system import System, running


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    place = tempfile.TemporaryDirectory(prefix="flowline-journey-", ignore_cleanup_errors=True)
    with place as home, running(Path(home)) as system:
        yield system
