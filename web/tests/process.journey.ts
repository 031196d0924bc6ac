import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { authorizationOf, faultsOf, PHONE, settled, signedIn, URL_OF_SYSTEM } from "./browser";

const NAME = `Journey ${Date.now()}`;

async function drawn(page: Page): Promise<void> {
  await page.waitForSelector(".react-flow__node");
}

async function reasonSaid(page: Page, reason: string): Promise<void> {
  await page.fill('[role="dialog"] textarea', reason);
  await page.click('[role="dialog"] button[type="submit"]');
  await page.waitForSelector('[role="dialog"]', { state: "detached" });
}

/** An answer of the API, asked for with the page's own token. */
async function asked(page: Page, path: string, body?: unknown, version?: number): Promise<unknown> {
  const headers = {
    ...authorizationOf(page),
    "idempotency-key": crypto.randomUUID(),
    ...(version && { "if-match": `"${version}"` }),
  };
  const answer = body
    ? await page.request.post(URL_OF_SYSTEM + path, { headers, data: body })
    : await page.request.get(URL_OF_SYSTEM + path, { headers });
  expect(answer.ok(), await answer.text()).toBe(true);
  return answer.json();
}

test("a process is drawn, mended, reviewed by somebody else, published, and a deal moves on it", async () => {
  const ada = await signedIn("ada", "/processes");
  await ada.click("text=New process");
  await ada.fill('[role="dialog"] input', NAME);
  await ada.click('[role="dialog"] button[type="submit"]');
  await ada.waitForURL("**/processes/*-*");
  await drawn(ada);
  const address = new URL(ada.url()).pathname;

  await ada.keyboard.press("d"); // a decision without answers is a finding
  await ada.waitForSelector('.react-flow__node:has-text("New decision")');
  const finding = ada.locator('button:has-text("needs two answers or more")');
  await finding.waitFor();
  await ada.click(".react-flow__pane", { position: { x: 5, y: 5 } });
  await finding.click(); // leads to its element
  await ada.waitForSelector('label:has-text("Question")');
  await ada.keyboard.press("Control+z");
  await ada.waitForSelector("text=The drawing is sound");

  await ada.click('.react-flow__node:has-text("Propose")');
  await ada.fill('label:has-text("Name") >> xpath=../.. >> input', "Offer");
  await ada.waitForSelector('.react-flow__node:has-text("Offer")');
  await ada.keyboard.press("Control+s");
  await ada.waitForSelector("text=There are changes", { state: "detached" });
  await ada.click("text=Submit for review");
  await reasonSaid(ada, "A first process");
  await ada.waitForSelector("text=somebody else has to approve it");

  const maria = await signedIn("maria", `${address}?version=1`);
  await drawn(maria);
  await maria.click('.react-flow__node:has-text("Offer")');
  await maria.fill('textarea[placeholder="Comment on this element"]', "Who signs it?");
  await maria.click('button:has-text("Comment")');
  await maria.waitForSelector("text=1 comment is open");
  expect(await maria.isDisabled('button:has-text("Approve and publish")')).toBe(true);
  await maria.click('button:has-text("Resolve")');
  await maria.waitForSelector("text=This version waits for your review");
  await maria.click('button:has-text("Approve and publish")');
  await reasonSaid(maria, "Right for this year");
  await maria.waitForSelector('[class*="Badge"]:has-text("Published")');
  expect(faultsOf(maria)).toEqual([]);

  const id = address.split("/").at(-1);
  const deal = (await asked(ada, "/api/v1/deals", { name: "Journey deal", process_id: id })) as {
    id: string;
    version: number;
  };
  await asked(ada, `/api/v1/deals/${deal.id}/move-stage`, { to_stage: "propose" }, deal.version);
  const moved = (await asked(ada, `/api/v1/deals/${deal.id}`)) as { stage: { name: string } };
  expect(moved.stage.name).toBe("Offer");
}, 180_000);

test("two versions are compared in sentences and in a picture, and exported", async () => {
  const ada = await signedIn("ada", "/processes");
  await ada.click(`h2:has-text("${NAME}")`);
  await drawn(ada);
  await ada.click("text=Draft a new version");
  await ada.waitForURL("**version=2**");
  await drawn(ada);
  await ada.keyboard.press("s");
  await ada.waitForSelector('.react-flow__node:has-text("New stage")');
  await ada.keyboard.press("Control+s");
  await ada.waitForSelector("text=There are changes", { state: "detached" });
  await ada.click('[role="tab"]:has-text("Versions")');
  await ada.waitForSelector("text=1 change from version 1 to 2");
  const picture = ada.locator('img[alt*="all changes marked"]');
  await picture.waitFor();
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);
  await ada.click("text=Export");
  const [file] = await Promise.all([ada.waitForEvent("download"), ada.click("text=BPMN 2.0")]);
  expect(file.suggestedFilename()).toBe(`${NAME} v2.bpmn`);
  expect(readFileSync(await file.path(), "utf8")).toContain("<bpmn:definitions");
  expect(faultsOf(ada)).toEqual([]);
}, 120_000);

test("every stage, way and variant of the map leads to its deals", async () => {
  const page = await signedIn("wangmin", "/process-map");
  await drawn(page);
  await page.click('.react-flow__node:has-text("Propose")');
  await page.waitForSelector('[role="dialog"] a[href^="/deals/"]');
  await page.keyboard.press("Escape");
  await page.waitForSelector('[role="dialog"]', { state: "detached" });
  await page.click("label:has-text('Table')");
  await page.click('tbody button:has-text("→")');
  await page.waitForSelector('[role="dialog"] a[href^="/deals/"]');
  await page.reload(); // what is opened stands in the address
  await page.waitForSelector('[role="dialog"] a[href^="/deals/"]');
  await page.keyboard.press("Escape");
  await page.waitForSelector('[role="dialog"]', { state: "detached" });
  await page.click("label:has-text('Real process')");
  await drawn(page);
  const all = await page.locator(".react-flow__edge").count();
  await page.click('button[aria-pressed="false"]:has-text("→")'); // the most frequent variant
  await page.waitForSelector('button[aria-label="Show all variants again"]');
  await page.waitForFunction((before) => document.querySelectorAll(".react-flow__edge").length < before, all);
  await page.click('.react-flow__node:has-text("Propose")');
  await page.waitForSelector('[role="dialog"] a[href^="/deals/"]');
  expect(new URL(page.url()).searchParams.get("behind")).toContain("variant=");
  await page.keyboard.press("Escape");
  await page.click('[role="tab"]:has-text("Conformance")');
  await page.waitForSelector("text=conform with their drawing");
  expect(faultsOf(page)).toEqual([]);
}, 120_000);

test("on a phone a process is an outline without scrolling sideways", async () => {
  const page = await signedIn("ada", "/processes", { viewport: PHONE });
  await page.click('h2:has-text("B2B")');
  await page.waitForSelector('button:has-text("→")');
  await settled(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
  expect(wide).toBe(false);
}, 60_000);
