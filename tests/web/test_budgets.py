"""What a browser has to fetch: the first page, every view that is loaded later, and all of it together (gzip, KiB)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.web.vitest import WEB

DIST = WEB / "dist"
FIRST_SCRIPTS, FIRST_STYLES, LATER, ALL = 300, 45, 120, 1229
LARGER = {"charts": 215, "flow": 80}
ENTRY = "index.html"

Manifest = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    path = DIST / "manifest.json"
    if not path.exists():
        pytest.skip("the web client is not built: make web")
    return dict(json.loads(path.read_text()))


@cache
def size(file: str) -> float:
    """The size of a built file as it is sent."""
    return len(gzip.compress((DIST / file).read_bytes(), 9)) / 1024


def needed(manifest: Manifest, chunk: str) -> set[str]:
    """The chunks that must be there before this one runs."""
    found: set[str] = set()
    waiting = [chunk]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += manifest[each].get("imports", [])
    return found


def later(manifest: Manifest) -> Iterator[tuple[str, set[str]]]:
    """Every chunk that is loaded on demand, and what comes with it that the first page did not have."""
    first = needed(manifest, ENTRY)
    for name, chunk in manifest.items():
        if chunk.get("isDynamicEntry"):
            yield name, needed(manifest, name) - first


def total(manifest: Manifest, chunks: set[str]) -> float:
    return sum(size(manifest[chunk]["file"]) for chunk in chunks if manifest[chunk]["file"].endswith(".js"))


def is_larger(manifest: Manifest, chunk: str) -> bool:
    return manifest[chunk].get("name") in LARGER


def test_the_first_page_is_small(manifest: Manifest) -> None:
    first = needed(manifest, ENTRY) | needed(manifest, "src/home/HomePage.tsx")
    assert total(manifest, first) <= FIRST_SCRIPTS
    styles = {style for chunk in first for style in manifest[chunk].get("css", [])}
    assert sum(map(size, styles)) <= FIRST_STYLES


def test_every_view_that_is_loaded_later_is_small(manifest: Manifest) -> None:
    for name, chunks in later(manifest):
        usual = {chunk for chunk in chunks if not is_larger(manifest, chunk)}
        assert total(manifest, usual) <= LATER, name


def test_charts_and_canvas_are_loaded_later_and_bounded(manifest: Manifest) -> None:
    first = needed(manifest, ENTRY)
    for chunk in manifest:
        if is_larger(manifest, chunk):
            assert chunk not in first
            assert size(manifest[chunk]["file"]) <= LARGER[manifest[chunk]["name"]], chunk


def test_all_of_it_is_bounded() -> None:
    files = [str(path.relative_to(DIST)) for path in Path(DIST).rglob("*") if path.suffix in {".js", ".css"}]
    assert sum(map(size, files)) <= ALL
