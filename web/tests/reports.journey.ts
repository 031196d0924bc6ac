/** Reports before a running system: opened to deals and events, as of the past, compared, downloaded, saved, shared. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { faultsOf, settled, signedIn, URL_OF_SYSTEM } from "./browser";

const GOOD = "#12b886"; // what a bar that adds something is painted in
const searchOf = (page: Page) => new URL(page.url()).searchParams;
const answered = (page: Page, path: string) =>
  page.waitForResponse((answer) => answer.url().includes(path) && answer.ok());

/** The token that the page asks with. */
async function authorization(page: Page, path: string): Promise<string> {
  const asked = page.waitForRequest((request) => request.headers()["authorization"] !== undefined);
  await page.goto(URL_OF_SYSTEM + path);
  return (await asked).headers()["authorization"] ?? "";
}

test("a bar of the waterfall opens to its deals, to the events that made it, and to the deal", async () => {
  const page = await signedIn("wangmin", "/reports/waterfall?period=last_30_days");
  await page.locator(`[role="img"] svg path[fill="${GOOD}"]`).first().click();
  await page.waitForSelector('[role="dialog"] a[href^="/deals/"]');
  expect(searchOf(page).get("open")).toContain("/api/v1/reports/waterfall/bar");
  await page.locator('[role="dialog"] label', { hasText: "Events" }).click();
  await page.waitForSelector('[role="dialog"] li[data-event="DealOpened"] time');
  await page.locator('[role="dialog"] li[data-event] a').first().click();
  await page.waitForURL("**/deals/*");
  await page.goBack();
  await page.waitForSelector('[role="dialog"] a[href^="/deals/"]');
  expect(faultsOf(page)).toEqual([]);
});

test("asked as of a day in the past, numbers and address are those of then, and now is one press away", async () => {
  const page = await signedIn("wangmin", "/reports/won");
  const won = page.getByRole("button", { name: /^Won value: / }).first();
  const now = await won.textContent();
  await page.getByRole("button", { name: "As of" }).click();
  await page.getByLabel("As it was on").click();
  await page.locator('[data-direction="previous"]').last().click();
  const then = answered(page, "as_of=");
  await page.getByRole("button", { name: /^1 / }).first().click();
  await then;
  expect(searchOf(page).has("as_of")).toBe(true);
  await expect.poll(() => won.textContent()).not.toBe(now);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Back to now" }).click();
  await expect.poll(() => won.textContent()).toBe(now);
  expect(searchOf(page).has("as_of")).toBe(false);
});

test("a key compares with the period before: both stand beside each other, the address says so", async () => {
  const page = await signedIn("wangmin", "/reports/won?period=this_quarter");
  await page.keyboard.press("c");
  await page.waitForSelector("text=compared with");
  expect(searchOf(page).get("compare_to")).toBe("previous_period");
  expect(await page.locator('[role="img"]').count()).toBeGreaterThan(1);
});

test("the downloaded CSV is what the API answers", async () => {
  const page = await signedIn("wangmin", "/reports/won");
  const header = await authorization(page, "/reports/won?period=this_year");
  await settled(page);
  const asked = page.waitForRequest((request) => request.url().includes("format=csv"));
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  await page.getByRole("menuitem", { name: "Download CSV" }).click();
  const file = readFileSync(await (await download).path(), "utf8");
  const headers = { authorization: header, "accept-language": "en" };
  const answer = await page.request.get((await asked).url(), { headers });
  expect(file).toBe(await answer.text());
  expect(file.split("\n").length).toBeGreaterThan(3);
});

test("a saved report is shared with somebody, who opens it with the same question", async () => {
  const name = `Quarter ${Date.now()}`;
  const page = await signedIn("wangmin", "/reports/win-rate?group_by=owner&kind=cohort");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel("Name").fill(name);
  await page.locator('[role="dialog"] button[type="submit"]').click();
  await page.waitForSelector("text=Saved");
  await page.goto(`${URL_OF_SYSTEM}/reports`);
  await page.getByRole("button", { name: `Share “${name}”` }).click();
  await page.getByRole("combobox", { name: "With whom" }).click();
  await page.getByRole("option", { name: "李雷" }).click();
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.waitForSelector('[role="dialog"] >> text=may view');
  const other = await signedIn("lilei", "/reports");
  await other.getByRole("link", { name }).click();
  await other.waitForURL("**/reports/win-rate?*");
  expect(searchOf(other).get("kind")).toBe("cohort");
  expect(searchOf(other).get("group_by")).toBe("owner");
  await settled(other);
});

test("a number explains itself: formula, deals, their events, and why one of them is so", async () => {
  const page = await signedIn("wangmin", "/reports/won");
  await page
    .getByRole("button", { name: /^Won value: / })
    .first()
    .click();
  const drawer = page.locator('[role="dialog"]');
  await drawer.getByText("sum of the amounts of won deals").waitFor();
  await drawer
    .getByRole("button", { name: /^Open / })
    .first()
    .click();
  await drawer.locator('li[data-event="DealWon"] time').first().waitFor();
  await drawer.getByRole("button", { name: "Stage", exact: true }).click();
  await drawer.locator('li[data-event="DealStageChanged"]').first().waitFor();
});

test("a copied dashboard is arranged by keys and stays so", async () => {
  const page = await signedIn("lilei", "/dashboards/rep");
  await page.getByRole("button", { name: "Copy to my own" }).click();
  await page.locator('[role="dialog"] button[type="submit"]').click();
  await page.waitForURL("**/dashboards/*-*");
  const tiles = page.locator('[role="group"][tabindex="0"]');
  const first = await tiles.first().getAttribute("aria-label");
  await tiles.first().focus();
  const kept = answered(page, "/arrange");
  await page.keyboard.press("ArrowRight");
  await kept;
  await page.reload();
  await page.waitForSelector('[role="group"][tabindex="0"]');
  expect(await tiles.nth(1).getAttribute("aria-label")).toBe(first);
});
