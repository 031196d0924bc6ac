/** How long the page's main thread was busy at a stretch while something was done, in milliseconds of its own time. */
import type { Page } from "playwright-core";
import { test } from "vitest";

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds of the thread's own time: what other processes take of the machine does not count. */
  tdur?: number;
  args?: { name?: string };
}

/** A test of a budget: `make journeys` measures it on a quiet machine; `make test` runs what is true on any. */
export const measured = test.runIf(process.env["FLOWLINE_JOURNEYS"] === "all");

export async function longestTask(page: Page, act: () => Promise<void>): Promise<number> {
  const browser = page.context().browser();
  if (!browser) throw new Error("the page has no browser");
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const mains = traceEvents.filter(
    ({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain",
  );
  const isMain = ({ pid, tid }: TraceEvent) => mains.some((main) => main.pid === pid && main.tid === tid);
  const tasks = traceEvents.filter((event) => event.tdur !== undefined && isMain(event));
  if (tasks.length === 0) throw new Error("nothing was traced");
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}
