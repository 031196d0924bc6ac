"""A real Apache Kafka 4 (KRaft, one node) from the jars that Maven Central publishes, run by us."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local import processes

HERE = Path(__file__).parent / "broker"
POM, LOG_CONFIG = HERE / "pom.xml", HERE / "log4j2.properties"
CACHE = processes.ROOT / ".flowline" / "cache"
JVM = (
    "-Xms96m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true", f"-Dlog4j2.configurationFile={LOG_CONFIG}",
)  # fmt: skip
CONFIG = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={logs}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
message.max.bytes=4194304
log.cleaner.dedupe.buffer.size=8388608
log.retention.ms=-1
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=2
background.threads=2
"""


@dataclass(frozen=True, slots=True)
class Kafka:
    """A running broker on loopback."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def bootstrap(self) -> str:
        """The address clients connect to first."""
        return f"127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Close the log and end."""
        processes.stop(self.process, signal.SIGTERM, seconds=30)


def silent(progress: str) -> None:
    """Tell nobody."""
    del progress


def start_kafka(data: Path, port: int, *, log: Path, tell: Callable[[str], None] = silent) -> Kafka:
    """Start the broker on `data`, formatting it on first use; return when it accepts connections.

    Raises RuntimeError with the log's last lines when it does not come up.
    """
    server = launch(data, port, log, jars(tell=tell))
    processes.wait_until(lambda: processes.listening(port), server, log, 90)
    return Kafka(server, port)


def launch(data: Path, port: int, log: Path, libraries: Path) -> subprocess.Popen[bytes]:
    """Start the broker without waiting for it."""
    config = prepare(data, port, libraries)
    return processes.spawn([java(), *JVM, "-cp", f"{libraries}/*", "kafka.Kafka", config], log)


def prepare(data: Path, port: int, libraries: Path) -> Path:
    """Write the broker's configuration and format its storage on first use; a crash leaves nothing half made."""
    config = _configured(data, port)
    if not (data / "logs" / "meta.properties").exists():
        _format(data, config, f"{libraries}/*")
    return config


def java() -> str:
    """The Java to run with."""
    home = os.environ.get("JAVA_HOME")
    found = f"{home}/bin/java" if home else shutil.which("java")
    if found is None:
        raise RuntimeError("Java 17 or later is needed to run Apache Kafka; none was found (set JAVA_HOME or PATH)")
    return found


def _configured(data: Path, port: int) -> Path:
    """Write the configuration; only the broker itself uses the controller's port, so any free one will do."""
    data.mkdir(parents=True, exist_ok=True)
    config = data / "server.properties"
    config.write_text(CONFIG.format(port=port, controller_port=processes.free_port(), logs=data / "logs"))
    return config


def _format(data: Path, config: Path, classes: str) -> None:
    shutil.rmtree(data / "logs", ignore_errors=True)  # a format that was cut short
    # An id may begin with a dash (one in 64 does), so it goes into the same argument as its option.
    cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    tool = [
        java(),
        *JVM,
        "-cp",
        classes,
        "kafka.tools.StorageTool",
        "format",
        f"--cluster-id={cluster}",
        "-c",
        str(config),
    ]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"Kafka's storage could not be formatted:\n{done.stdout}{done.stderr}")


def jars(cache: Path = CACHE, *, tell: Callable[[str], None] = silent) -> Path:
    """The directory of the broker's jars, fetched through Maven once per version of the pom.

    Several starts at once fetch once. Raises RuntimeError with Maven's last lines when it fails.
    """
    libraries = cache / f"kafka-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}" / "libs"
    libraries.parent.mkdir(parents=True, exist_ok=True)
    with (libraries.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not libraries.exists():
            _fetch(libraries, tell)
    return libraries


def _fetch(libraries: Path, tell: Callable[[str], None]) -> None:
    if shutil.which("mvn") is None:
        raise RuntimeError("Maven is needed once, to fetch Apache Kafka; `mvn` was not found")
    with tempfile.TemporaryDirectory(dir=libraries.parent) as draft:
        output = f"-DoutputDirectory={draft}/libs"
        goal = "dependency:copy-dependencies"
        command = ["mvn", "-B", "-f", str(POM), goal, output, "-DincludeScope=runtime"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as maven:
            try:
                said = _told(maven, tell)
            except BaseException:
                maven.kill()
                raise
        if maven.returncode != 0:
            raise RuntimeError("Maven could not fetch Apache Kafka:\n" + "".join(said[-15:]))
        (Path(draft) / "libs").rename(libraries)


def _told(maven: subprocess.Popen[str], tell: Callable[[str], None]) -> list[str]:
    said, fetched = [], 0
    for line in maven.stdout or ():
        said.append(line)
        if line.startswith("Downloaded from") or "] Downloaded from" in line:
            fetched += 1
            if fetched % 50 == 0:
                tell(f"Kafka's jars: {fetched} files fetched")
    return said
