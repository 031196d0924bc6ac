/** Budgets of what people feel on a modest phone and line: `make journeys` measures them. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { PHONE, settled, signedIn, URL_OF_SYSTEM } from "./browser";
import { measured } from "./smooth";
import { observe, slowed, vitalsOf } from "./vitals";

/** The servers and the browser share two cores here: what is 2.5 s and 200 ms by the budget may take twice that. */
const SHARED = 2;
const LCP_MS = 2500 * SHARED;
const INP_MS = 200 * SHARED;
const CLS = 0.1;

const FIRST_SEEN = ["/", "/board", "/deals", "/customers", "/tasks", "/inbox", "/dashboards/rep", "/reports"];

/** A page of a rep whose browser has been here before, slowed down. */
async function returning(path: string): Promise<Page> {
  const page = await signedIn("lilei", path, { viewport: PHONE });
  await observe(page);
  await slowed(page);
  return page;
}

measured.for(FIRST_SEEN)("%s is painted soon, and nothing jumps", async (path, { annotate }) => {
  const page = await returning(path);
  await page.goto(URL_OF_SYSTEM + path);
  await settled(page);
  await page.waitForTimeout(1000);
  const { lcpMs, cls } = await vitalsOf(page);
  await annotate(`LCP ${Math.round(lcpMs)} ms, CLS ${cls.toFixed(3)}`);
  expect(cls).toBeLessThanOrEqual(CLS);
  expect(lcpMs).toBeLessThanOrEqual(LCP_MS);
});

measured("what is pressed answers soon", async ({ annotate }) => {
  const page = await returning("/customers");
  await page.goto(`${URL_OF_SYSTEM}/customers`);
  await settled(page);
  await page.locator("header button:visible").nth(1).tap();
  await page.locator('[role="dialog"] input').waitFor();
  await page.keyboard.type("board");
  await page.keyboard.press("Escape");
  await page.getByRole("navigation", { name: "Rooms used most" }).getByText("Board").tap();
  await settled(page);
  await page.locator("[data-card] button").first().tap();
  await page.locator('[role="dialog"]').waitFor();
  await page.keyboard.press("Escape");
  const { inpMs } = await vitalsOf(page);
  await annotate(`INP ${inpMs} ms`);
  expect(inpMs).toBeLessThanOrEqual(INP_MS);
});
