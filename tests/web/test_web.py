"""The web client: its own unit tests, and every journey in a real Chromium before the real system."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.system import System
from tests.web.vitest import WEB, vitest

JOURNEYS = sorted(path.relative_to(WEB) for path in (WEB / "tests").glob("**/*.journey.ts"))
NODE_MISSING = "Node and npm are missing"

pytestmark = pytest.mark.skipif(shutil.which("npx") is None, reason=NODE_MISSING)


def test_the_unit_tests_hold() -> None:
    subprocess.run(["npm", "run", "--silent", "api"], cwd=WEB, check=True)
    vitest(None, "unit")


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda path: path.name.removesuffix(".journey.ts"))
def test_a_journey_ends_well(demo_system: System, journey: Path) -> None:
    vitest(demo_system, "journeys", str(journey))
