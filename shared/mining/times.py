"""Points in time as logs write them; what could be read in two ways is refused."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

_FORMATS = (
    "%Y/%m/%d %H:%M:%S.%f",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
)
_SPACE_BEFORE_OFFSET = re.compile(r"(?<=\d) (?=[+-]\d{2}:?\d{2}$)")


class NotATime(ValueError):
    """This is no point in time that can be read in one way only."""


def point_in_time(text: str, zone: tzinfo, format_: str | None = None) -> datetime:
    """Return the time with its offset, or in `zone` when it has none; raises NotATime.

    `format_` is one of strptime. Without it ISO 8601 is read, and dates as 2026/1/31, 31.1.2026 and 2026年1月31日.
    """
    at = _formatted(text, format_) if format_ else _iso(text)
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _formatted(text: str, format_: str) -> datetime:
    try:
        return datetime.strptime(text, format_)  # noqa: DTZ007  the caller gives it a zone
    except ValueError as error:
        raise NotATime(f"{text!r} does not look like {format_}") from error


def _iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _known(_SPACE_BEFORE_OFFSET.sub("", text))


def _known(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for format_ in _FORMATS:
        try:
            return datetime.strptime(text, format_)  # noqa: DTZ007  the caller gives it a zone
        except ValueError:
            continue
    raise NotATime(f"{text!r} is no time that can be read in one way only; say its format")
