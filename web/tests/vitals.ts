/** What the browser itself says of a page as people feel it: when its largest part was painted, how long a press took, what jumped. */
import type { CDPSession, Page } from "playwright-core";

export interface Vitals {
  /** From the start of the navigation until the largest part was painted. */
  lcpMs: number;
  /** From the slowest press until the next picture. */
  inpMs: number;
  /** How far things jumped that nobody had touched, all jumps added up. */
  cls: number;
}

/** A modest phone on a modest line: a processor four times as slow, 1.6 Mbit/s, 150 ms. */
export async function slowed(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 150,
    downloadThroughput: 1_600_000 / 8,
    uploadThroughput: 750_000 / 8,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  return session;
}

/** Note what the browser says from the next navigation on. */
export const observe = (page: Page) => page.addInitScript(noted);

/** What was noted since the page was loaded. */
export const vitalsOf = (page: Page): Promise<Vitals> =>
  page.evaluate(() => (globalThis as unknown as { vitals: Vitals }).vitals);

interface Entry extends PerformanceEntry {
  interactionId?: number;
  value?: number;
  hadRecentInput?: boolean;
}

function noted(): void {
  const vitals = { lcpMs: 0, inpMs: 0, cls: 0 };
  Object.assign(globalThis, { vitals });
  const hear = (type: string, note: (entry: Entry) => void, more = {}) =>
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) note(entry);
    }).observe({ type, buffered: true, ...more });
  hear("largest-contentful-paint", ({ startTime }) => {
    vitals.lcpMs = startTime;
  });
  hear("layout-shift", ({ value = 0, hadRecentInput }) => {
    if (!hadRecentInput) vitals.cls += value;
  });
  const slowest = ({ interactionId, duration }: Entry) => {
    if (interactionId) vitals.inpMs = Math.max(vitals.inpMs, duration);
  };
  hear("event", slowest, { durationThreshold: 16 });
}
