/** Takes back what an import made, by the rights of who asks; what somebody has changed since stays as it is. */
import { refusalOf } from "~/api/batch";
import type { Kind } from "./kinds";
import type { Outcome } from "./run";
import { type Command, portions, SENDERS } from "./sending";

export type Way = "delete" | "archive";

export interface TakenBack {
  way: Way;
  taken: number;
  /** Changed by somebody since, and therefore left alone. */
  changed: number;
  refused: number;
}

const TOGETHER = 200; // commands in one request

/** Who may not delete can still put customers aside; null = this person can take nothing back. */
export function wayFor(kind: Kind, deletes: boolean): Way | null {
  if (deletes) return "delete";
  return kind === "customers" ? "archive" : null;
}

/** The things that this import has made, not those that were there before. */
export const madeBy = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.filter(({ id, before }) => id !== null && before === null);

export async function takenBack(
  kind: Kind,
  way: Way,
  made: readonly Outcome[],
  onProgress: (done: number) => void,
): Promise<TakenBack> {
  const told: TakenBack = { way, taken: 0, changed: 0, refused: 0 };
  let done = 0;
  for (const some of portions(made, TOGETHER)) {
    const results = await SENDERS[kind](some.map(commandFor(kind, way)), false);
    for (const result of results) told[whatBecame(refusalOf(result))] += 1;
    done += some.length;
    onProgress(done);
  }
  return told;
}

const commandFor =
  (kind: Kind, way: Way) =>
  ({ id, version }: Outcome): Command => ({
    command: `${way}-${kind.slice(0, -1)}`,
    id,
    if_match: version,
    idempotency_key: `undo-${id}`,
  });

function whatBecame(refusal: ReturnType<typeof refusalOf>): "taken" | "changed" | "refused" {
  if (!refusal) return "taken";
  return refusal.isConflict ? "changed" : "refused";
}
