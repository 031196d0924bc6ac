"""Key-encryption keys: the first one wraps, each opens, so that one can be exchanged while everything runs."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class WrappedByAnother(Exception):
    """None of our key-encryption keys opens this."""


class Wrapping:
    """AES-256-GCM, nonce first; what is wrapped is bound to its owner."""

    def __init__(self, *keys: bytes) -> None:
        wrong = [len(key) for key in keys if len(key) != KEY_BYTES]
        if wrong or not keys:
            raise ValueError(f"a key-encryption key has {KEY_BYTES} bytes, not {wrong or 0}")
        self._keys: Sequence[AESGCM] = [AESGCM(key) for key in keys]

    @staticmethod
    def of_file(path: Path) -> Wrapping:
        """The keys of a file, base64, one a line, the newest first; raises ValueError."""
        try:
            return Wrapping(*map(base64.b64decode, path.read_text(encoding="ascii").split()))
        except binascii.Error as reason:
            raise ValueError(f"{path} does not hold keys in base64") from reason

    def wrap(self, secret: bytes, owner: bytes) -> bytes:
        """Wrap by the newest key."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._keys[0].encrypt(nonce, secret, owner)

    def open(self, wrapped: bytes, owner: bytes) -> bytes:
        """Open with whichever key fits; raises WrappedByAnother."""
        for key in self._keys:
            try:
                return key.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], owner)
            except InvalidTag:
                continue
        raise WrappedByAnother

    def is_newest(self, wrapped: bytes, owner: bytes) -> bool:
        """Whether the newest key wraps it."""
        try:
            self._keys[0].decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], owner)
        except InvalidTag:
            return False
        return True
