"""`python -m tests.faults.rolling`: under a load of commands, each service in turn is upgraded, restarted and scaled.

The system begins one version behind, on that version's schema. While all others stay as they are, each service goes to
this version, is restarted, gets a second replica and loses it again, goes back a version, and comes forward once more.
Afterwards every acknowledged command must be in the log exactly once and `flowline verify` must find nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from deploy.local.control import change_version, set_down
from deploy.local.places import Places
from deploy.local.processes import ROOT
from deploy.local.stack import SECOND
from tests.faults.load import CREATIONS, Load, Outcomes, loaded, made
from tests.system import System, eventually, read_json, running

SERVICES = tuple(CREATIONS)
RELEASES = ROOT / "docs" / "releases.md"
STEADY = 3.0  # seconds of load between two steps
Step = tuple[str, Callable[[], None]]


def main() -> int:
    """Run all steps; the exit code is 0 when nothing was lost, doubled or failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--behind", help="the version before this one (a tag or commit), if not the newest release")
    parser.add_argument("--services", nargs="+", choices=SERVICES, default=SERVICES)
    arguments = parser.parse_args()
    revision = arguments.behind or version_before()
    say(f"one version behind: {git('log', '-1', '--format=%h %s', revision)}")
    with (
        checkout(revision) as behind,
        tempfile.TemporaryDirectory(prefix="flowline-rolling-") as home,
        running(Path(home), CHECKOUT=str(behind), DRAIN_SECONDS="2") as system,
    ):
        return roll(system, behind, arguments.services)


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def git(*words: str) -> str:
    """What git says about this repository."""
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def version_before() -> str:
    """The commit of the newest release in docs/releases.md."""
    rows = (line.split("|") for line in RELEASES.read_text().splitlines() if line.startswith("| "))
    return next(commit for _, _, commit, *_ in ([cell.strip() for cell in row] for row in rows) if commit != "commit")


@contextmanager
def checkout(revision: str) -> Iterator[Path]:
    """A checkout of another version as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="flowline-behind-") as place:
        directory = Path(place) / "checkout"
        git("worktree", "add", "--detach", str(directory), revision)
        try:
            yield directory
        finally:
            git("worktree", "remove", "--force", str(directory))


def roll(system: System, behind: Path, services: Sequence[str]) -> int:
    """Run the steps under load, then settle."""
    system.flowline("demo")
    outcomes = asyncio.run(under_load(system, steps(Places(system.home), behind, services)))
    return settle(system, outcomes)


def steps(places: Places, behind: Path, services: Sequence[str]) -> list[Step]:
    """Everything that is done to the services, one after the other."""
    return [
        *((f"{service}: upgraded", partial(change_version, places, service, ROOT)) for service in services),
        *((f"{service}: restarted", partial(restart, places, service)) for service in services),
        *((f"{service}: two and back", partial(two_and_back, places, service)) for service in services),
        *((f"{service}: back a version", partial(change_version, places, service, behind)) for service in services),
        *((f"{service}: upgraded again", partial(change_version, places, service, ROOT)) for service in services),
    ]


def restart(places: Places, part: str) -> None:
    """Down, and up again."""
    set_down(places, part, down=True)
    set_down(places, part, down=False)


def two_and_back(places: Places, service: str) -> None:
    """A second replica joins, the first is restarted while the second serves, and the second leaves."""
    set_down(places, SECOND[service], down=False)
    restart(places, service)
    set_down(places, SECOND[service], down=True)


async def under_load(system: System, steps: Sequence[Step]) -> Outcomes:
    """Do the steps while the load runs, saying after each what has come of the requests since the last."""
    async with loaded(system) as load:
        await asyncio.sleep(STEADY)
        for name, step in steps:
            before = (load.outcomes.requests, load.outcomes.later, load.outcomes.failures.total())
            await asyncio.to_thread(step)
            await asyncio.sleep(STEADY)
            say(f"{name:<28} {since(before, load)}")
    return load.outcomes


def since(before: tuple[int, int, int], load: Load) -> str:
    """The counts since `before`."""
    now = (load.outcomes.requests, load.outcomes.later, load.outcomes.failures.total())
    requests, later, failed = (after - earlier for after, earlier in zip(now, before, strict=True))
    return f"{requests:5} requests, {later:3} of them done after a 503 with Retry-After, {failed} failed"


def settle(system: System, outcomes: Outcomes) -> int:
    """Compare what was acknowledged with the log, and verify every read model."""
    system.wait_until_ready()
    found = asyncio.run(made(system))
    lost = {service: len(set(names) - found[service].keys()) for service, names in outcomes.acknowledged.items()}
    doubled = {service: sum(times > 1 for times in names.values()) for service, names in found.items()}
    acknowledged = {service: len(names) for service, names in outcomes.acknowledged.items()}
    say(f"requests {outcomes.requests}, done after a 503 {outcomes.later}, slowest {outcomes.slowest:.1f} s")
    say(f"acknowledged {acknowledged}, lost {lost}, doubled {doubled}")
    for failure, times in outcomes.failures.items():
        say(f"failed {times} times: {failure}")
    eventually(lambda: clean(system), "flowline verify finds nothing", 180)
    say("flowline verify: every promise holds")
    return 1 if outcomes.failures or any(lost.values()) or any(doubled.values()) else 0


def clean(system: System) -> bool:
    """Whether every promise holds; what does not is said."""
    verified = read_json(system.flowline("verify", "--json", check=False))
    for service, result in verified["services"].items():
        for check in result["checks"]:
            if check["findings"]:
                say(f"{service}: {check['name']}: {check['findings']}")
    return bool(verified["ok"])


if __name__ == "__main__":
    sys.exit(main())
