"""What a number of a report is: declared once, with its names, formula, unit and source; headings come from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Literal

from shared.errors import Invalid

Kind = Literal["count", "money", "ratio", "duration", "number"]
Language = Literal["en", "zh"]
PerDeal = Literal[
    "one", "amount", "product_share", "weighted", "won_among", "won_value_among", "open_among", "open_value_among",
    "cycle_days", "mean_amount", "days_in_stage", "silent_days", "pushes", "stays", "re_entries",
]  # fmt: skip
MadeOf = Literal["deals", "bar", "deeds", "slips", "work", "quotas"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that reports show.

    `formula`: in words and signs; `unit`: what one of it is; `source`: the events it is made of;
    `fields`: where it stands, as `report:path`, lists without their places (`*` is any part of a path);
    `per_deal`: what a deal behind it contributes (projections/contribution.py), None where it is not made of deals;
    `parts`: the measures that it is computed from; `made_of`: what is listed behind it (api/explain_number.py).
    """

    key: str
    en: str
    zh: str
    kind: Kind
    unit: str
    formula: str
    source: tuple[str, ...]
    fields: tuple[str, ...]
    per_deal: PerDeal | None = None
    parts: tuple[str, ...] = ()
    made_of: MadeOf = "deals"

    @property
    def reports(self) -> tuple[str, ...]:
        """The reports it appears in."""
        return tuple(sorted({field.partition(":")[0] for field in self.fields}))

    def stands_at(self, report: str, path: str) -> bool:
        """Whether the field of a report holds this measure."""
        return any(fnmatchcase(f"{report}:{path}", field) for field in self.fields)

    def called(self, language: Language) -> str:
        """Its name for people."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Dimension:
    """What numbers are split or narrowed by; `fields`: the names that it has in answers and in filters."""

    key: str
    en: str
    zh: str
    source: tuple[str, ...]
    fields: tuple[str, ...]
    is_time: bool = False

    def called(self, language: Language) -> str:
        """Its name for people."""
        return self.zh if language == "zh" else self.en


class MeasureNotKnown(Invalid):
    """There is no measure of this key; GET /measures lists them."""

    code = "measure-not-known"


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All measures and dimensions; as a key of a cache it is itself, not its hundreds of words."""

    measures: Sequence[Measure]
    dimensions: Sequence[Dimension]

    def keyed(self, key: str, at: str) -> Measure:
        """The measure of a key; raises MeasureNotKnown with a pointer to where it was asked for."""
        found = next((one for one in self.measures if one.key == key), None)
        if found is None:
            raise MeasureNotKnown(field=at)
        return found

    def measure(self, report: str, path: str) -> Measure | None:
        """The measure at a field, such as `by_owner.amount` of `won`; None for what is no measure."""
        return _measure_at(self, report, path)

    def dimension(self, path: str) -> Dimension | None:
        """The dimension that a field's last name stands for."""
        name = path.rpartition(".")[2]
        return next((one for one in self.dimensions if name in one.fields), None)

    def heading(self, report: str, path: str, language: Language) -> str:
        """What a column is called: its measure's or dimension's name, else its field in plain letters."""
        found = self.measure(report, path) or self.dimension(path)
        name = path.rpartition(".")[2]
        if found is None:
            return name.replace("_", " ")
        id_of = " ID" if isinstance(found, Dimension) and name.endswith(("_id", "_key")) else ""
        return found.called(language) + id_of


@lru_cache(maxsize=4096)
def _measure_at(vocabulary: Vocabulary, report: str, path: str) -> Measure | None:
    return next((one for one in vocabulary.measures if one.stands_at(report, path)), None)
