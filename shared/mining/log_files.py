"""Log files as bytes and text: packed or not, in the encoding they are in, XES or CSV by what they begin with."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from shared.mining.log import UnreadableLog

_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading bytes, unpacked when it is gzip by its first bytes; raises UnreadableLog."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            yield cast("IO[bytes]", file)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableLog(f"{path}: {error}") from error


def is_xml(path: Path) -> bool:
    """Tell whether a file begins like XML, whatever its name is; raises UnreadableLog."""
    with opened(path) as file:
        beginning = file.read(_CHUNK)
    text = beginning.decode(_marked(beginning) or "utf-8", errors="replace")
    return text.lstrip().startswith("<")


def encoding_of(path: Path) -> str:
    """Return utf-8, utf-8-sig, utf-16 or gb18030, whichever the whole file can be read in; raises UnreadableLog."""
    with opened(path) as file:
        marked = _marked(file.read(4))
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        if _can_be_read(path, encoding):
            return encoding
    raise UnreadableLog(f"{path} is neither UTF-8 nor GB 18030; say which encoding it has")


def declared_encoding(beginning: bytes) -> str | None:
    """Return the encoding that an XML declaration names; None when there is none or it is marked by its first bytes."""
    found = _DECLARED.search(beginning)
    return found.group(1).decode().lower() if found else None


def _marked(beginning: bytes) -> str | None:
    return next((name for mark, name in _MARKS.items() if beginning.startswith(mark)), None)


def _can_be_read(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with opened(path) as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True
