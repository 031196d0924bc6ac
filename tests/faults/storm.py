"""`python -m tests.faults.storm FOLDER`: imports a data set while parts are killed at random, then checks all promises.

Prints its seed; the same seed kills the same parts after the same pauses.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event

from shared.messaging.kafka import TopicPartition, partition_counts, partition_reader
from shared.messaging.topics import events_topic
from tests.faults.expected import totals
from tests.system import System, eventually, read_json, running

PARTS = ("customer", "pipeline", "analytics", "notify", "kafka", "postgres", "gateway")
SERVICES = ("customer", "pipeline", "analytics", "notify")


def main() -> int:
    """Run the storm; the exit code is 0 when every promise held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a copy of the CRM Sales Opportunities data set")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    arguments = parser.parse_args()
    say(f"seed {arguments.seed}")
    with tempfile.TemporaryDirectory(prefix="flowline-storm-") as home, running(Path(home)) as system:
        killed = storm(system, arguments.folder, arguments.kills, random.Random(arguments.seed))
        say(f"{sum(killed.values())} kills: {dict(killed)}")
        return settle(system, arguments.folder)


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def storm(system: System, folder: Path, kills: int, dice: random.Random) -> Counter[str]:
    """Import again and again until enough parts were killed; returns how often each was."""
    killed: Counter[str] = Counter()
    work = start_import(system, folder)
    while sum(killed.values()) < kills or work.poll() is None:
        time.sleep(dice.uniform(0.1, 1.5))
        if sum(killed.values()) < kills:
            kill(system, dice.choice(PARTS), killed)
        if work.poll() is not None:
            report_import(work)
            if sum(killed.values()) < kills:
                work = start_import(system, folder)
    if work.returncode:
        report_import(start_import(system, folder))
    return killed


def kill(system: System, part: str, killed: Counter[str]) -> None:
    """SIGKILL a part that is alive now; one that is being started counts too."""
    try:
        system.signal(part, signal.SIGKILL)
        killed[part] += 1
    except (KeyError, TypeError, ProcessLookupError):
        return  # it is down at this moment: nothing to kill


def start_import(system: System, folder: Path) -> subprocess.Popen[str]:
    """Start the import without waiting."""
    return system.start_flowline("import", "crm-sales-opportunities", str(folder), "--json")


def report_import(work: subprocess.Popen[str]) -> None:
    """Say how an import ended."""
    out, errors = work.communicate()
    say(f"import ended with {work.returncode}: {(out or errors).strip()[:300]}")


def settle(system: System, folder: Path) -> int:
    """Wait for calm, then compare with the files, verify, and parse every message with the CloudEvents SDK."""
    system.wait_until_ready()
    expected = totals(folder)
    eventually(lambda: overview(system) == expected, "the overview equals the files", 120)
    say(f"overview equals the files: {expected}")
    verified = read_json(system.flowline("verify", "--json", check=False))
    for service, result in verified["services"].items():
        for check in result["checks"]:
            if check["findings"]:
                say(f"{service}: {check['name']}: {check['findings']}")
    say(f"verify: {'clean' if verified['ok'] else 'NOT clean'}")
    say(f"{asyncio.run(parse_all(system.record['kafka']))} messages parsed by the CloudEvents SDK")
    return 0 if verified["ok"] else 1


def overview(system: System) -> dict[str, Any]:
    """The overview, in the shape of `totals`."""
    report = read_json(system.flowline("report", "overview", "--json"))
    return {
        "deals": report["deals_total"],
        "stages": {row["stage"].lower(): row["count"] for row in report["by_stage"]},
        "won": report["won_value"][0]["amount"] if report["won_value"] else "0.00",
        "quarters": {row["quarter"]: row["amount"] for row in report["won_value_by_quarter"]},
        "win_rate": report["win_rate"],
    }


async def parse_all(kafka: str) -> int:
    """Parse every committed message of every service's topic; returns how many."""
    counts = await partition_counts(kafka, [events_topic(service) for service in SERVICES])
    places = [TopicPartition(topic, number) for topic, count in counts.items() for number in range(count)]
    parsed = 0
    async with partition_reader(kafka, places) as reader:
        await reader.seek_to_beginning(*places)
        ends = await reader.end_offsets(places)
        while any([await reader.position(place) < ends[place] for place in places]):
            for messages in (await reader.getmany(*places, timeout_ms=500)).values():
                for message in messages:
                    from_kafka_event(KafkaMessage(dict(message.headers), message.key, message.value))
                parsed += len(messages)
    return parsed


if __name__ == "__main__":
    sys.exit(main())
