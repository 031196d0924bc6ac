"""Secrets that are drawn on first use and kept in files that only their owner can read."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SecretFiles:
    """A directory of secrets, one file each; nothing in it is ever committed."""

    directory: Path

    def password(self, name: str) -> str:
        """The password of this name, safe inside a URL."""
        return self.text(name, secrets.token_urlsafe(24))

    def key_file(self, name: str) -> Path:
        """The path of a file with 32 random bytes in base64."""
        self.text(name, base64.b64encode(secrets.token_bytes(32)).decode())
        return self.directory / name

    def text(self, name: str, drawn: str) -> str:
        """The text kept under `name`; `drawn` becomes it when there is none yet (of two at once, one is kept)."""
        path = self.directory / name
        if not path.exists():
            draft = _private_draft(path, drawn)
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(draft)
            draft.unlink()
        return path.read_text()


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; only its owner can read it at any moment."""
    _private_draft(path, text).replace(path)


def _private_draft(path: Path, text: str) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft
