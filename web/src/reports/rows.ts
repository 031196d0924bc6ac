/** A report's answer as tables: its single figures in one (""), each list in one of its own, with what it stands in. */
import type { Vocabulary } from "./vocabulary";

export type Value = string | number | boolean | null;
export type Row = Readonly<Record<string, Value>>;
export type Answer = Readonly<Record<string, unknown>>;

export interface AnswerTable {
  /** Where the list stands in the answer, such as `processes.steps`. */
  name: string;
  rows: Row[];
}

type Open = Record<string, unknown>;

export const isLink = (field: string): boolean => field.split(".").some((part) => part.startsWith("drill"));

/** Where in the answer a field of a row comes from: its own list, or the one around it. */
export function placeOf(table: string, field: string): string {
  const around = table !== "" && field.startsWith(`${table.split(".")[0]}.`);
  return around || table === "" ? field : `${table}.${field}`;
}

/** All tables of an answer, the single figures first. A row also has what its list stands in, and the way to its deals. */
export function tablesOf(report: string, answer: Answer, words: Vocabulary): AnswerTable[] {
  const found = new Map<string, Row[]>();
  collect(found, { report, words }, "", answer, {});
  return [...found].map(([name, rows]) => ({ name, rows }));
}

interface Reading {
  report: string;
  words: Vocabulary;
}

function collect(found: Map<string, Row[]>, reading: Reading, path: string, given: Open, around: Row): void {
  const { flat, lists } = flattened(given);
  const row = { ...around, ...flat };
  found.set(path, [...(found.get(path) ?? []), row]);
  const within = handedDown(reading, path, row);
  for (const [name, items] of Object.entries(lists))
    for (const item of items) collect(found, reading, path ? `${path}.${name}` : name, item, within);
}

/** What rows further in say about where they stand: no numbers, but the way to the deals. */
function handedDown({ report, words }: Reading, path: string, row: Row): Row {
  const kept = Object.entries(row).filter(([name]) => {
    if (isLink(name)) return true;
    return path !== "" && !words.measure(report, placeOf(path, name));
  });
  const placed = (name: string) => (isLink(name) || name.includes(".") ? name : `${path}.${name}`);
  return Object.fromEntries(kept.map(([name, value]) => [placed(name), value]));
}

function flattened(given: Open, before = ""): { flat: Row; lists: Record<string, Open[]> } {
  let flat: Record<string, Value> = {};
  let lists: Record<string, Open[]> = {};
  for (const [name, value] of Object.entries(given)) {
    if (Array.isArray(value)) {
      if (value.length > 0 && typeof value[0] !== "object") flat[before + name] = value.join(", ");
      else lists[before + name] = value as Open[];
    } else if (typeof value === "object" && value !== null) {
      const inside = flattened(value as Open, `${before}${name}.`);
      flat = { ...flat, ...inside.flat };
      lists = { ...lists, ...inside.lists };
    } else flat[before + name] = value as Value;
  }
  return { flat, lists };
}

/** Rows by a key, in the order in which the keys come. */
export function grouped(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}
