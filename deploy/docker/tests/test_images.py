"""Every image holds the packages that its code imports, and docker-compose.yml tells each part only what it knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.docker.owners import SERVICES, Owners
from deploy.local.processes import ROOT

STARTED = {
    **{name: f"services.{name}.bootstrap, shared.http.command_line" for name in SERVICES},
    "gateway": "deploy.gateway.__main__",
    "identity": "deploy.local.identity.__main__",
    "web": "deploy.web.__main__",
    "command": "flowline.__main__, deploy.docker.__main__",
}
OURS = {"services", "shared", "deploy", "flowline"}
LOADED = """
import sys, {modules}
print(*(module.__file__ for name, module in sys.modules.items() if name.split(".")[0] in {ours} and module.__file__))
"""


def imported(image: str) -> set[str]:
    """The packages that the modules of an image name in their own imports, also in those inside functions."""
    program = LOADED.format(modules=STARTED[image], ours=OURS)
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    trees = [ast.parse(Path(file).read_text()) for file in loaded.stdout.split()]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    known = packages_distributions()
    packages = {package for name in names for package in known.get(name.split(".")[0], ())}
    return {package.lower().replace("_", "-") for package in packages} - {"flowline"}


def locked(image: str) -> dict[str, str]:
    """Package → version in the lock of an image."""
    lines = (ROOT / "requirements" / f"{image}.lock").read_text().splitlines()
    return {found[1]: found[2] for line in lines if (found := re.match(r"([\w.-]+)==(\S+)", line))}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


@pytest.mark.parametrize("image", STARTED)
def test_an_image_holds_what_its_code_imports(image: str) -> None:
    assert imported(image) <= locked(image).keys()


@pytest.mark.parametrize("image", STARTED)
def test_an_image_runs_the_versions_that_the_tests_run_with(image: str) -> None:
    assert locked(image).items() <= locked("runtime").items()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_only_what_it_has_a_setting_for(service: str, compose: dict[str, Any]) -> None:
    fields = import_module(f"services.{service}.settings").Settings.model_fields
    told = {name.removeprefix(f"{service.upper()}_").lower() for name in compose[service]["environment"]}
    assert told <= fields.keys()
    needed = {name for name, field in fields.items() if field.is_required()}
    assert needed - told == {"database_url"}, "the address of the database is a file among its secrets"


def test_a_service_sees_no_secrets_but_its_own(compose: dict[str, Any]) -> None:
    for service in SERVICES:
        assert compose[service]["volumes"] == [f"secrets-{service}:/run/secrets:ro"]
        assert compose[f"{service}-migrations"]["volumes"] == [f"secrets-{service}:/run/secrets:ro"]


def test_only_loopback_is_published_and_ours_run_as_nobody_on_what_cannot_be_written(compose: dict[str, Any]) -> None:
    for name, service in compose.items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name
        if service["image"].startswith("flowline/"):
            assert (service["read_only"], service["cap_drop"], "user" in service) == (True, ["ALL"], False), name
    stages = (ROOT / "deploy/docker/Dockerfile").read_text().split("\nFROM runtime AS ")[1:]
    assert len(stages) == 5
    assert all("\nUSER 10001:10001\n" in stage for stage in stages)


def test_secrets_are_drawn_once_and_the_key_is_the_same_for_those_who_open_names(tmp_path: Path) -> None:
    owners = Owners(tmp_path, "postgres:5432")
    owners.draw()
    before = {file: file.read_text() for file in tmp_path.rglob("*") if file.is_file()}
    owners.draw()
    assert {file: file.read_text() for file in tmp_path.rglob("*") if file.is_file()} == before
    assert (tmp_path / "customer/kek").read_text() == (tmp_path / "notify/kek").read_text()
    assert not (tmp_path / "pipeline/kek").exists()
    password = (tmp_path / "pipeline/database_password").read_text()
    address = f"postgres://pipeline:{password}@postgres:5432/pipeline?sslmode=disable"
    assert (tmp_path / "pipeline/pipeline_database_url").read_text() == address
