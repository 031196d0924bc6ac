/** Rows that were imported before: whether what they made is still there. */
import { refusalOf } from "~/api/batch";
import type { Kind } from "./kinds";
import type { Outcome } from "./run";
import { type Command, SENDERS } from "./sending";

export type Before = "there" | "gone";

const EXISTS = /(^|-)exists$/;
const GONE = /-(not-found|is-deleted)$/;

/** Whether the thing of this row exists; only the row's first command makes it. */
export const isKnown = ({ faults: [first] }: Outcome): boolean =>
  first !== undefined && EXISTS.test(first.code);

/** What of these is there and what is gone, deleted or not to be seen: asked by a command that is only tried. */
export async function beforeOf(kind: Kind, ids: readonly string[]): Promise<ReadonlyMap<string, Before>> {
  if (ids.length === 0) return new Map();
  const command = ASKS[kind];
  const results = await SENDERS[kind](
    ids.map((id): Command => ({ command, id })),
    true,
  );
  return new Map(ids.map((id, at) => [id, GONE.test(codeOf(results[at])) ? "gone" : "there"]));
}

const ASKS = { customers: "archive-customer", contacts: "correct-contact", deals: "correct-deal" } as const;

const codeOf = (result: Parameters<typeof refusalOf>[0] | undefined): string =>
  result ? (refusalOf(result)?.code ?? "") : "";
