"""How wide a text is and where its lines end, without a font at hand: good for CJK, emoji and right-to-left."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NARROW, _SLIM, _BROAD = set("iIl.,:;'|!()[]{}`jft/\\ "), set('r-"*^°'), set("mwMW@%&—…")
_EM = {"narrow": 0.38, "slim": 0.46, "broad": 0.98, "capital": 0.72, "other": 0.63, "wide": 1.02, "ambiguous": 0.85}
_JOINER = "\u200d"
_STRETCH = 1.4
LINE, SMALL_LINE, NOTE_LINE = 18, 14, 16
FONT, SMALL_FONT, NOTE_FONT = 14, 11, 12


@dataclass(frozen=True, slots=True)
class Lettering:
    """A text in lines, and the room it takes in pixels."""

    lines: tuple[str, ...]
    width: int
    height: int


def clean(text: str) -> str:
    """Return the text without what XML cannot hold at all: control characters, lone surrogates, non-characters."""
    return _FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")


@lru_cache(maxsize=4096)
def width(text: str, size: int) -> float:
    """Return about how many pixels the text is wide at a font size in pixels; rather too many than too few."""
    return sum(_em(character) for character in text) * size


def lettered(text: str, limit: int, *, size: int = FONT, line: int = LINE) -> Lettering:
    """Break a text into lines no wider than `limit` pixels, or than a word that is a little wider.

    A longer word is broken; a single character that is wider than a line stands alone.
    """
    words = [long for word in clean(text).split() if (long := width(word, size)) <= limit * _STRETCH and word.isascii()]
    limit = max([limit, *(int(long) + 1 for long in words)])
    lines = tuple(broken for part in clean(text).split("\n") for broken in _broken(part.strip(), limit, size))
    return Lettering(lines, round(max(width(each, size) for each in lines) + 0.5), len(lines) * line)


@lru_cache(maxsize=4096)
def _em(character: str) -> float:
    if unicodedata.category(character) in ("Mn", "Me", "Cf") or character == _JOINER:
        return 0.0
    match unicodedata.east_asian_width(character):
        case "W" | "F":
            return _EM["wide"] if ord(character) < 0x1F000 else 1.3  # noqa: PLR2004  where emoji begin
        case "A":
            return _EM["ambiguous"]
        case _:
            return _EM[_latin(character)]


def _latin(character: str) -> str:
    if character in _NARROW:
        return "narrow"
    if character in _SLIM:
        return "slim"
    if character in _BROAD:
        return "broad"
    return "capital" if character.isupper() else "other"


def _broken(text: str, limit: int, size: int) -> Iterator[str]:
    line = ""
    for piece in _pieces(text, limit, size):
        if line and width((line + piece).rstrip(), size) > limit:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
    yield line.rstrip()


def _pieces(text: str, limit: int, size: int) -> Iterator[str]:
    """Cut where a line may end: after a space, around an ideograph, and inside a word only if it fits no line."""
    for word in re.findall(r"\S*\s*", text):
        if word.isascii() and width(word.rstrip(), size) <= limit:
            yield word
        else:
            yield from _clusters(word, keep=width(word.rstrip(), size) <= limit)


def _clusters(word: str, *, keep: bool) -> Iterator[str]:
    """Cut a word between ideographs (`keep`: elsewhere it stays whole); what a reader sees as one sign stays one."""
    piece = ""
    for character in word:
        if piece and _may_part(piece[-1], character, keep=keep):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_part(before: str, after: str, *, keep: bool) -> bool:
    if _JOINER in (before, after) or unicodedata.category(after) in ("Mn", "Mc", "Me", "Cf", "Sk", "Zs"):
        return False
    if before in "([（「《“" or after in ")],.!?;:）」》”，。！？；：、":  # noqa: RUF001  the marks of Chinese
        return False
    wide = "WF"
    return not keep or unicodedata.east_asian_width(before) in wide or unicodedata.east_asian_width(after) in wide
