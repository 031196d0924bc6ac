"""The data set's own totals, added up naively from its files: independent of everything that Flowline does."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any


def totals(folder: Path) -> dict[str, Any]:
    """Deals, deals per stage, won value, won value per close quarter and win rate of `sales_pipeline.csv`."""
    with (folder / "sales_pipeline.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    stages = Counter(row["deal_stage"].lower() for row in rows)
    quarters: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row["deal_stage"] == "Won":
            year, month, _ = row["close_date"].split("-")
            quarters[f"{year}-Q{(int(month) + 2) // 3}"] += Decimal(row["close_value"])
    decided = stages["won"] + stages["lost"]
    return {
        "deals": len(rows),
        "stages": dict(stages),
        "won": f"{sum(quarters.values(), Decimal()):.2f}",
        "quarters": {quarter: f"{value:.2f}" for quarter, value in sorted(quarters.items())},
        "win_rate": f"{Decimal(stages['won']) / decided:.4f}" if decided else None,
    }
