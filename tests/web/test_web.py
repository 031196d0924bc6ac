"""The web client: its own unit tests, and every journey in a real Chromium before the real system."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.system import System
from tests.web.vitest import WEB, vitest

JOURNEYS = sorted(path.relative_to(WEB) for path in (WEB / "tests").glob("**/*.journey.ts"))
# Holds budgets alone, which are measured on a quiet machine: `make journeys`.
MEASURED = {"vitals"}
WANTED = os.environ.get("FLOWLINE_JOURNEYS") == "all"
NODE_MISSING = "Node and npm are missing"

pytestmark = pytest.mark.skipif(shutil.which("npx") is None, reason=NODE_MISSING)


def test_the_unit_tests_hold() -> None:
    subprocess.run(["npm", "run", "--silent", "api"], cwd=WEB, check=True)
    vitest(None, "unit")


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda path: path.name.removesuffix(".journey.ts"))
def test_a_journey_ends_well(request: pytest.FixtureRequest, journey: Path) -> None:
    if journey.name.removesuffix(".journey.ts") in MEASURED and not WANTED:
        pytest.skip("measured: make journeys")
    demo_system: System = request.getfixturevalue("demo_system")
    vitest(demo_system, "journeys", str(journey))
