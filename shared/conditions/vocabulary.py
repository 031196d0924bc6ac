"""What conditions may speak about: variables, and samples that stand for their fields and types."""

from dataclasses import dataclass
from datetime import datetime

Fact = None | bool | int | float | str | datetime | list["Fact"] | dict[str, "Fact"]
Facts = dict[str, Fact]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The variables by name with a sample of each: `full` has every field, `sparse` only those that never lack.

    `about`: what the samples are of, as a sentence says it. An empty map in `full` may hold any field.
    """

    about: str
    full: Facts
    sparse: Facts
