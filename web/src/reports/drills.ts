/** The way from a number to its deals: addresses that the answer itself gives, found for a field of a row. */
import type { Row } from "./rows";

export const DEALS = "/api/v1/reports/deals";
const WITHIN = "/api/v1/reports/";

/** Only lists of reports are opened, whatever an address of this client says. */
export const isDrill = (address: string): boolean => address.startsWith(WITHIN) && !address.includes("..");

/** Single figures of an answer whose list is called after another number of the same things. */
const SAME_LIST: Readonly<Record<string, string>> = {
  overdue_deals: "drill_overdue",
  slips: "drill_slipped",
};

const textOf = (row: Row, field: string): string | null => {
  const value = row[field];
  return typeof value === "string" ? value : null;
};

/** Where the deals behind a field are listed; null for what is not made of deals. */
export function drillOf(table: string, row: Row, field: string): string | null {
  const cut = field.lastIndexOf(".");
  const before = cut < 0 ? "" : field.slice(0, cut + 1);
  const name = field.slice(cut + 1);
  if (name === "win_rate") return decided(row, before) ?? textOf(row, "drill");
  const own = [`${before}drill_${name}`, `drill_outcomes.${name}`, `drill_${table.split("_")[0]}`];
  const about = before === "current_age." ? "drill_now" : `${before}drill`;
  for (const candidate of [...own, about, "drill"]) {
    const found = textOf(row, candidate);
    if (found) return name === "lost" ? withCategory(found, ["lost"]) : found;
  }
  const same = SAME_LIST[name];
  return same ? textOf(row, same) : null;
}

/** A win rate is made of what was won and what was lost. */
function decided(row: Row, before: string): string | null {
  const won = textOf(row, `${before}drill_won`) ?? textOf(row, "drill_won") ?? textOf(row, "drill");
  return won?.includes("category=won") ? withCategory(won, ["won", "lost"]) : null;
}

function withCategory(address: string, categories: readonly string[]): string {
  const { path, asked } = parted(address);
  if (!asked.has("category")) return address;
  asked.delete("category");
  for (const category of categories) asked.append("category", category);
  return `${path}?${asked}`;
}

/** The question that all of these ask: rows that were added up differ in what is left out here. */
export function sharedDrill(addresses: readonly (string | null)[]): string | null {
  const [first, ...others] = addresses;
  if (!first || others.includes(null)) return null;
  const { path, asked } = parted(first);
  for (const name of new Set(asked.keys()))
    if (others.some((other) => said(other ?? "", name) !== said(first, name))) asked.delete(name);
  return `${path}?${asked}`;
}

const said = (address: string, name: string): string => parted(address).asked.getAll(name).sort().join("\n");

export function parted(address: string): { path: string; asked: URLSearchParams } {
  const [path = "", query = ""] = address.split("?", 2);
  return { path, asked: new URLSearchParams(query) };
}
