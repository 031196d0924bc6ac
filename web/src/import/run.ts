/** Sends planned rows as commands, a few hundred at a time: tried first, then written; every row gets its outcome. */
import { type BatchResult, refusalOf } from "~/api/batch";
import { customer, got, pipeline } from "~/api/client";
import type { Kind } from "./kinds";
import type { Fault, PlannedRow } from "./plan";

const TOGETHER = 100; // rows in one request; a row is at most two commands, a request at most 200

export interface Outcome {
  row: PlannedRow;
  /** The thing that was made, or would be; null where the row was refused. */
  id: string | null;
  faults: Fault[];
}

interface Sending {
  dryRun: boolean;
  onProgress: (rowsDone: number) => void;
  signal?: AbortSignal;
}

type Send = (commands: Record<string, unknown>[], dryRun: boolean) => Promise<BatchResult[]>;

/** Outcomes in the order of the rows; what cannot be understood is not sent. */
export async function sent(kind: Kind, rows: readonly PlannedRow[], sending: Sending): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let from = 0; from < rows.length; from += TOGETHER) {
    sending.signal?.throwIfAborted();
    const some = rows.slice(from, from + TOGETHER);
    const commands = some.flatMap((row) => row.commands);
    const results = commands.length > 0 ? await SENDERS[kind](commands, sending.dryRun) : [];
    outcomes.push(...outcomesOf(some, results));
    sending.onProgress(outcomes.length);
  }
  return outcomes;
}

/** Results belong to commands, in order; a row is refused with the first of its commands that is. */
export function outcomesOf(rows: readonly PlannedRow[], results: readonly BatchResult[]): Outcome[] {
  let next = 0;
  return rows.map((row) => {
    const mine = results.slice(next, next + row.commands.length);
    next += row.commands.length;
    const faults = [...row.faults, ...mine.flatMap(faultsOf)];
    return { row, faults, id: faults.length > 0 ? null : (mine[0]?.id ?? null) };
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

// a row's fields are checked by the service, command by command: a body that is wrong is an outcome, not a mistake here
const SENDERS: Readonly<Record<Kind, Send>> = {
  customers: async (commands, dry_run) => {
    const body = { commands } as never;
    return (await got(customer.POST("/api/v1/customers:batch", { params: { query: { dry_run } }, body })))
      .results;
  },
  contacts: async (commands, dry_run) => {
    const body = { commands } as never;
    return (await got(customer.POST("/api/v1/contacts:batch", { params: { query: { dry_run } }, body })))
      .results;
  },
  deals: async (commands, dry_run) => {
    const body = { commands } as never;
    return (await got(pipeline.POST("/api/v1/deals:batch", { params: { query: { dry_run } }, body })))
      .results;
  },
};
