"""A small seeded data set in the files of CRM Sales Opportunities, with the same dirt."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

AGENTS = (("Nora Field", "Max Berg", "North"), ("李娜", "Max Berg", "North"), ("Otto Lang", "Ida Moor", "South"))
PRODUCTS = (("GTX Pro", "GTX", 4821), ("MG Special", "MG", 55), ("GTX Basic", "GTX", 550))
SPELLED = ("GTXPro", "MG Special", "GTX Basic")
ACCOUNTS = ("Acme & Söhne", "星桥半导体", 'O\'Neill "Quote" Ltd', "=HYPERLINK(1)", "Plain")
FIRST = date(2021, 1, 4)


def write(folder: Path, deals: int, seed: int) -> Path:
    """Write the four files; the same seed gives the same files."""
    dice = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    accounts = [_account(name, dice) for name in ACCOUNTS]
    accounts[-1]["subsidiary_of"] = ACCOUNTS[0]
    _write(folder / "accounts.csv", accounts)
    _write(folder / "products.csv", [{"product": n, "series": s, "sales_price": p} for n, s, p in PRODUCTS])
    _write(folder / "sales_teams.csv", [{"sales_agent": a, "manager": m, "regional_office": o} for a, m, o in AGENTS])
    _write(folder / "sales_pipeline.csv", [_opportunity(number, dice) for number in range(deals)])
    return folder


def _account(name: str, dice: random.Random) -> dict[str, object]:
    return {
        "account": name,
        "sector": dice.choice(("technolgy", "retail")),
        "year_established": dice.randint(1950, 2015),
        "revenue": f"{dice.uniform(1, 900):.2f}",
        "employees": dice.randint(3, 9000),
        "office_location": "United States",
        "subsidiary_of": "",
    }


def _opportunity(number: int, dice: random.Random) -> dict[str, object]:
    stage = dice.choice(("Won", "Won", "Lost", "Engaging", "Prospecting"))
    engaged = FIRST + timedelta(days=dice.randint(0, 300))
    closed = engaged + timedelta(days=dice.randint(1, 120))
    return {
        "opportunity_id": f"OPP{number:05d}",
        "sales_agent": dice.choice(AGENTS)[0],
        "product": dice.choice(SPELLED),
        "account": dice.choice((*ACCOUNTS, "")),
        "deal_stage": stage,
        "engage_date": "" if stage == "Prospecting" else engaged.isoformat(),
        "close_date": closed.isoformat() if stage in ("Won", "Lost") else "",
        "close_value": {"Won": dice.randint(30, 9000), "Lost": 0}.get(stage, ""),
    }


def _write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
