"""The programs that people open drawings with, in a real browser: bpmn-js, Mermaid, and the browser itself for SVG."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PLACE = Path(__file__).parent / "drawing_js"


class Readers:
    """Asks one running browser; an answer with `refused` is the program's own complaint."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def read(self, format_: str, text: str) -> dict[str, Any]:
        """Return what the program for this format (bpmn, mermaid, svg) saw in a drawing."""
        return self._ask({"format": format_, "text": text})

    def photograph(self, format_: str, text: str, path: Path) -> None:
        """Write a PNG of what a person would see."""
        self._ask({"format": "picture", "of": {"format": format_, "text": text, "path": str(path)}})

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """Wait for the next answer."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the browser has ended; what it said is above"
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def open_readers() -> Iterator[Readers]:
    """Start the browser with its programs, and end it; fails with what to install if something is missing."""
    node, chromium = shutil.which("node"), os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert node, "Node is missing: drawings cannot be read by the programs that people open them with"
    assert chromium, "Chromium is missing: `make browser` as root, or name one in CHROMIUM"
    assert (PLACE / "node_modules").is_dir(), "the programs that read drawings are missing: `make browser`"
    environment = os.environ | {"CHROMIUM": chromium}
    command, pipe = [node, str(PLACE / "reader.mjs")], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8", env=environment) as process:
        readers = Readers(process)
        assert readers.answer() == {"ready": True}
        yield readers
        assert process.stdin
        process.stdin.close()
        process.wait(timeout=20)
