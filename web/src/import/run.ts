/** Planned rows become commands, a hundred at a time: tried first, then written; every row gets its outcome. */
import { type BatchResult, refusalOf } from "~/api/batch";
import { type Before, beforeOf, isKnown } from "./before";
import type { Kind } from "./kinds";
import type { Fault, PlannedRow } from "./plan";
import { portions, SENDERS } from "./sending";

const TOGETHER = 100; // rows in one request; a row is at most two commands, a request at most 200

export interface Outcome {
  row: PlannedRow;
  /** The thing that was made, or would be; null where the row was refused, or made nothing. */
  id: string | null;
  /** The version it has then. */
  version: number | null;
  faults: Fault[];
  /** What became of the same row when it was imported before; null where it never was. */
  before: Before | null;
}

type Plan = (rounds: ReadonlyMap<number, number>) => Promise<PlannedRow[]>;
type OnProgress = (rowsDone: number) => void;

/** What each row would become; with `anew`, rows whose things are gone make new ones. */
export async function tried(
  kind: Kind,
  plan: Plan,
  anew: boolean,
  onProgress: OnProgress,
): Promise<Outcome[]> {
  const rounds = new Map<number, number>();
  for (;;) {
    const outcomes: Outcome[] = [];
    for (const rows of portions(await plan(rounds), TOGETHER)) {
      outcomes.push(...(await triedOf(kind, rows)));
      onProgress(outcomes.length);
    }
    const gone = anew ? outcomes.filter(({ before }) => before === "gone") : [];
    if (gone.length === 0) return outcomes;
    for (const { row } of gone) rounds.set(row.number, (rounds.get(row.number) ?? 0) + 1);
  }
}

async function triedOf(kind: Kind, rows: readonly PlannedRow[]): Promise<Outcome[]> {
  const outcomes = outcomesOf(rows, await sent(kind, rows.map(withoutKeys), true));
  const known = outcomes.filter(isKnown);
  const before = await beforeOf(
    kind,
    known.map(({ row }) => row.thing),
  );
  return outcomes.map((each) => {
    const was = before.get(each.row.thing);
    return was === undefined ? each : { ...each, faults: [], before: was };
  });
}

// with its key a row that was written before would be answered as it was then, whatever became of it since
const withoutKeys = (row: PlannedRow): PlannedRow => ({
  ...row,
  commands: row.commands.map(({ idempotency_key: _, ...command }) => command),
});

/** Writes what was tried: new things, and what is missing at those that are there. */
export async function written(
  kind: Kind,
  outcomes: readonly Outcome[],
  onProgress: OnProgress,
): Promise<Outcome[]> {
  const done: Outcome[] = [];
  for (const some of portions(outcomes, TOGETHER)) {
    const rows = some.map((each) => ({ ...each.row, commands: leftOf(each) }));
    const results = outcomesOf(rows, await sent(kind, rows, false));
    done.push(...results.map((each, at) => ({ ...each, before: some[at]?.before ?? null })));
    onProgress(done.length);
  }
  return done;
}

/** What is still to be done of a row; its first command makes the thing. */
function leftOf({ row: { commands }, before }: Outcome): PlannedRow["commands"] {
  if (before === null) return commands;
  return before === "there" ? commands.slice(1) : [];
}

async function sent(kind: Kind, rows: readonly PlannedRow[], dryRun: boolean): Promise<BatchResult[]> {
  const commands = rows.flatMap((row) => row.commands);
  return commands.length > 0 ? SENDERS[kind](commands, dryRun) : [];
}

/** Results belong to commands, in order; a row is refused with the first of its commands that is. */
export function outcomesOf(rows: readonly PlannedRow[], results: readonly BatchResult[]): Outcome[] {
  let next = 0;
  return rows.map((row) => {
    const mine = results.slice(next, next + row.commands.length);
    next += row.commands.length;
    const faults = [...row.faults, ...mine.flatMap(faultsOf)];
    const last = faults.length > 0 ? undefined : mine.at(-1);
    return { row, faults, id: last?.id ?? null, version: last?.version ?? null, before: null };
  });
}

function faultsOf(result: BatchResult): Fault[] {
  const refusal = refusalOf(result);
  if (!refusal) return [];
  if (refusal.errors.length === 0)
    return [{ field: null, code: refusal.code, detail: refusal.detail || refusal.title }];
  return refusal.errors.map(({ pointer, code, detail }) => ({ field: fieldAt(pointer), code, detail }));
}

/** "/commands/3/annual_revenue/amount" → "annual_revenue"; ids of owner and customer are the columns of their names. */
function fieldAt(pointer: string | undefined): string | null {
  return pointer?.split("/")[3]?.replace(/_id$/, "") ?? null;
}
