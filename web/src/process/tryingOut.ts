/** The period of a trial, and which stages of other versions the tried one does not have. */
import type { Stage } from "./drawing";
import type { Process, Version } from "./queries";

const dayOf = (when: Date) => when.toISOString().slice(0, 10);

/** First and last day of the quarter before this one; deals are still open in it, so it ends today. */
export function lastQuarter(now: Date): [string, string] {
  const first = new Date(Date.UTC(now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3) * 3 - 3, 1));
  return [dayOf(first), dayOf(now)];
}

/** The instant at which the day that follows begins. */
export function untilNow(day: string): string {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString();
}

/** Stages that deals may have been in and that this version does not have, as other versions draw them. */
export function unknownStages(process: Process, version: Version): Stage[] {
  const known = new Set(version.stages.map(({ key }) => key));
  const others = process.versions.filter(({ published }) => published).flatMap(({ stages }) => stages);
  return [
    ...new Map(others.filter(({ key }) => !known.has(key)).map((stage) => [stage.key, stage])).values(),
  ];
}
