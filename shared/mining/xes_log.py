"""Reads event logs from XES files (IEEE 1849) as a stream: trace by trace, in the order of the file."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import IO
from xml.parsers import expat

from shared.mining.log import Event, OnBad, UnreadableLog, refuse
from shared.mining.log_files import declared_encoding, opened
from shared.mining.xes_traces import Traces, XesKeys

_CHUNK = 1 << 16
_KNOWN_TO_EXPAT = (None, "utf-8", "utf-16", "iso-8859-1", "us-ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class XesFormat:
    """How to read the file: which attributes say what, and the zone of times without an offset."""

    keys: XesKeys = field(default_factory=XesKeys)
    zone: tzinfo = UTC


def read_xes(path: Path, given: XesFormat = XesFormat(), on_bad: OnBad = refuse) -> Iterator[Event]:
    """Give the events of a XES file, packed or not, whatever its namespace prefix and line breaks.

    Declarations (extensions, globals, classifiers) and attributes of the log are passed over. Document types are
    refused, so no entity is ever expanded or fetched. Two traces of the same name are one case.
    Raises UnreadableLog for what is no XES, and what `on_bad` raises for a trace or an event, BadRecord by itself.
    """
    with opened(path) as file:
        try:
            yield from _read(file, Traces(given.keys, given.zone, on_bad))
        except expat.ExpatError as error:
            raise UnreadableLog(f"{path} is no well-formed XML: {error}") from error
        except (UnicodeError, LookupError) as error:
            raise UnreadableLog(f"{path} is not in the encoding that it declares: {error}") from error
        except _NoLog as error:
            raise UnreadableLog(f"{path} is XML, but no XES: {error}") from error


class _NoLog(Exception):
    """What is in the file is no log."""


def _read(file: IO[bytes], traces: Traces) -> Iterator[Event]:
    beginning = file.read(_CHUNK)
    encoding = declared_encoding(beginning)
    chunks = _chunks(beginning, file)
    foreign = encoding not in _KNOWN_TO_EXPAT
    if foreign:
        chunks = (text.encode() for text in codecs.iterdecode(chunks, str(encoding)))
    parser = _parser(traces, "utf-8" if foreign else None)
    for chunk in chunks:
        parser.Parse(chunk, False)  # noqa: FBT003  expat's own signature
        yield from traces.finished()
    parser.Parse(b"", True)  # noqa: FBT003  expat's own signature
    if not traces.in_a_log:
        raise _NoLog("there is no <log>")
    yield from traces.finished()


def _chunks(beginning: bytes, file: IO[bytes]) -> Iterator[bytes]:
    chunk = beginning
    while chunk:
        yield chunk
        chunk = file.read(_CHUNK)


def _parser(traces: Traces, encoding: str | None) -> expat.XMLParserType:
    parser = expat.ParserCreate(encoding)
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.StartElementHandler = traces.begin
    traces.line = lambda: parser.CurrentLineNumber
    parser.EndElementHandler = traces.end
    return parser


def _no_document_type(*_: object) -> None:
    raise _NoLog("it has a document type, which could define entities")
