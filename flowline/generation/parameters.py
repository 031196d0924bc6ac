"""What a generated history is made from: the same parameters give the same ids, events and times."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from services.pipeline.domain.money import UNITS

NAME = "generated"
MOST = 100_000_000
_VERSION_7 = 0x70
_VARIANT = 0x80


class CannotGenerate(Exception):
    """The parameters ask for a history that cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """How much history, of which time and whose; raises CannotGenerate for what makes no sense.

    `start`, `until`: the first day on which a deal is opened and the day on which everything ends (not included).
    """

    deals: int
    seed: int = 1
    owners: int = 200
    teams: int = 20
    customers: int = 5000
    start: date = date(2023, 1, 1)
    until: date = date(2026, 10, 31)
    currencies: tuple[str, ...] = ("CNY", "USD", "EUR")

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        counts = {"deals": self.deals, "owners": self.owners, "teams": self.teams, "customers": self.customers}
        if wrong := [name for name, count in counts.items() if not 1 <= count <= MOST]:
            raise CannotGenerate(f"--{wrong[0]} is from 1 to {MOST}, not {counts[wrong[0]]}")
        if self.start >= self.until:
            raise CannotGenerate(f"--from {self.start} is not before --until {self.until}")
        if unknown := [currency for currency in self.currencies if currency not in UNITS]:
            raise CannotGenerate(f"--currencies: {unknown[0]!r} is not an ISO 4217 currency code")
        if not self.currencies:
            raise CannotGenerate("--currencies names at least one currency")

    @property
    def run(self) -> str:
        """A short name of this history, other for other parameters; every id of a deal begins with it."""
        said = f"{self.deals} {self.seed} {self.owners} {self.teams} {self.customers} {self.start} {self.until} "
        return hashlib.sha256((said + ",".join(self.currencies)).encode()).hexdigest()[:16]

    @property
    def begins(self) -> datetime:
        """The first instant."""
        return datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """The instant before which everything has happened."""
        return datetime(self.until.year, self.until.month, self.until.day, tzinfo=UTC)


def timed_id(at: datetime, digest: bytes) -> UUID:
    """A UUIDv7-shaped id of a story's instant and ten bytes of a hash.

    Like those of real writes it grows with time, so that the log's indexes are filled at their end: with random ids
    (uuid5) every append touches pages all over them.
    """
    raw = bytearray(int(at.timestamp() * 1000).to_bytes(6, "big") + digest[:10])
    raw[6] = _VERSION_7 | raw[6] & 0x0F
    raw[8] = _VARIANT | raw[8] & 0x3F
    return UUID(bytes=bytes(raw))
