"""Browsers that somebody has signed in with, so that a reload asks nobody again; forgotten when the provider ends."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from deploy.local.identity.people import DemoPerson

MOST = 1000


@dataclass(frozen=True, slots=True)
class Sessions:
    """People by the random word in their browser's cookie; the oldest gives way when there are too many."""

    kept: dict[str, DemoPerson] = field(default_factory=dict)

    def begin(self, person: DemoPerson) -> str:
        """The word for a new session."""
        if len(self.kept) >= MOST:
            del self.kept[next(iter(self.kept))]
        word = secrets.token_urlsafe(32)
        self.kept[word] = person
        return word

    def get(self, word: str) -> DemoPerson | None:
        """Whose session it is."""
        return self.kept.get(word)

    def end(self, word: str) -> None:
        """Forget a session."""
        self.kept.pop(word, None)
