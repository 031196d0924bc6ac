"""What counts as a name."""

from __future__ import annotations

from shared.errors import Invalid

LONGEST_NAME = 200


class NameMissing(Invalid):
    """A name has 1 to 200 characters that are not all blank."""

    code = "name-missing"


def named(name: str, field: str = "/name") -> str:
    """The name without blanks around it."""
    trimmed = name.strip()
    if not trimmed or len(trimmed) > LONGEST_NAME:
        raise NameMissing(field=field)
    return trimmed
