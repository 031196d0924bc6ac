"""Ports that avoid taken ones, secrets that stay private, and one run per directory."""

from __future__ import annotations

import socket
import stat
from pathlib import Path
from threading import Timer

import pytest

from deploy.local import control, ports
from deploy.local.databases import database_url
from deploy.local.places import AlreadyRunning, Places
from deploy.local.secret_files import SecretFiles


def test_ports_are_the_same_next_time(tmp_path: Path) -> None:
    told: list[str] = []
    first = ports.choose(("gateway", "kafka"), tmp_path / "ports.json", {}, told.append)
    assert ports.choose(("gateway", "kafka"), tmp_path / "ports.json", {}, told.append) == first
    assert len(set(first.values())) == 2
    assert told == []


def test_a_taken_port_is_avoided_and_told(tmp_path: Path) -> None:
    told: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wished = taken.getsockname()[1]
        chosen = ports.choose(("gateway",), tmp_path / "ports.json", {"gateway": wished}, told.append)
    assert chosen["gateway"] != wished
    assert told == [f"port {wished} is taken; the gateway uses {chosen['gateway']}"]
    assert ports.choose(("gateway",), tmp_path / "ports.json", {"gateway": wished}, told.append) == {"gateway": wished}


def test_a_damaged_memory_of_ports_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text("{")
    assert ports.choose(("kafka",), tmp_path / "ports.json", {}, print)["kafka"] > 0


def test_secrets_are_drawn_once_and_private(tmp_path: Path) -> None:
    files = SecretFiles(tmp_path / "secrets")
    assert files.password("a") == files.password("a") != files.password("b")
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE(files.key_file("kek").stat().st_mode) == 0o600


def test_one_run_per_directory(tmp_path: Path) -> None:
    places = Places(tmp_path / ".flowline")
    with places.lock(), pytest.raises(AlreadyRunning, match=r"already running .* \(process \d+\)"):
        places.lock()
    places.lock().close()


def test_the_record_is_private(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.write_record({"url": "http://127.0.0.1:1"})
    assert stat.S_IMODE(places.record.stat().st_mode) == 0o600
    assert places.recorded()["url"] == "http://127.0.0.1:1"


def test_a_part_that_is_not_there_cannot_be_stopped(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no part 'x'"):
        control.set_down(Places(tmp_path), "x", down=True)


def test_taking_a_part_down_is_asked_of_the_runner_and_ends_with_it(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.write_record({"parts": {"notify": {"state": "down"}}})
    control.set_down(places, "notify", down=True)
    assert places.left_down() == {"notify"}
    runner_ends = Timer(0.3, places.record.unlink)
    runner_ends.start()
    with pytest.raises(ValueError, match="has been stopped"):
        control.set_down(places, "notify", down=False)
    runner_ends.join()
    assert places.left_down() == frozenset()


def test_a_services_database_is_on_the_same_server() -> None:
    own = database_url("postgres://postgres:p@db.example:5433/postgres?sslmode=require", "customer", "a/b")
    assert own == "postgres://customer:a%2Fb@db.example:5433/customer?sslmode=require"
