/** The stages a deal has been in, in order, as its story tells them up to an instant. */
import type { StoryEntry } from "../queries";

export function pathOf(entries: readonly StoryEntry[], as_of?: string): string[] {
  const until = as_of ? Date.parse(as_of) : Number.POSITIVE_INFINITY;
  return entries
    .filter(({ occurred_at }) => Date.parse(occurred_at) <= until)
    .flatMap(({ after }) => keyOf(after["stage"]) ?? [])
    .filter((key, at, keys) => key !== keys[at - 1]);
}

function keyOf(stage: unknown): string | undefined {
  if (typeof stage !== "object" || stage === null || !("key" in stage)) return undefined;
  return String(stage.key);
}
