/** The outcomes of many commands sent in one request. */
import { Problem } from "./problem";

export interface BatchResult {
  index: number;
  status: number;
  id?: string | null;
  version?: number | null;
  problem?: Record<string, unknown> | null;
}

/** The refusal of one command, null where it was accepted. */
export const refusalOf = ({ status, problem }: BatchResult): Problem | null =>
  status < 300 ? null : new Problem(status, problem ?? {});

/** Commands that belong together: throws the first refusal among them. */
export function accepted({ results }: { results: BatchResult[] }): BatchResult[] {
  const refusal = results.map(refusalOf).find((each) => each !== null);
  if (refusal) throw refusal;
  return results;
}
