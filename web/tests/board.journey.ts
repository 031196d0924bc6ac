import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { DESKTOP, faultsOf, PHONE, settled, signedIn, URL_OF_SYSTEM } from "./browser";
import { type Api, apiOf, openedDeal, processId } from "./selling";
import { measured } from "./smooth";

const card = (id: string) => `[data-card="${id}"]`;
const stage = (key: string) => `[data-rfd-droppable-id="${key}"]`;
const standsIn = (page: Page, id: string, key: string) => page.waitForSelector(`${stage(key)} ${card(id)}`);

/** The board with the words that find this deal alone. */
async function boardWith(page: Page, name: string, more = ""): Promise<void> {
  await page.goto(`${URL_OF_SYSTEM}/board?q=${encodeURIComponent(name)}${more}`);
  await page.waitForSelector(`text=${name}`);
}

async function drag(page: Page, from: string, to: string): Promise<void> {
  const [start, end] = await Promise.all([from, to].map((place) => page.locator(place).boundingBox()));
  if (!start || !end) throw new Error("nothing to drag, or nowhere to drag it to");
  await page.mouse.move(start.x + start.width / 2, start.y + start.height - 12);
  await page.mouse.down();
  await page.mouse.move(start.x + start.width / 2 + 12, start.y + start.height, { steps: 4 });
  await page.mouse.move(end.x + end.width / 2, end.y + 80, { steps: 12 });
  await page.waitForSelector(`${to}[data-over]`);
  await page.mouse.up();
}

test("a refused move says what is missing, offers to fill it in, and then moves", async () => {
  const page = await signedIn("lilei", "/board");
  const deal = await openedDeal(apiOf(page), "qualify", { lines: [], expected_close: null });
  await boardWith(page, deal.name);
  await drag(page, card(deal.id), stage("discover"));
  const dialog = page.locator('[role="dialog"]');
  await dialog.locator("text=Discover needs more").waitFor();
  expect(await dialog.textContent()).toContain("The stage is entered only with certain fields.");
  await standsIn(page, deal.id, "qualify");
  await dialog.locator('input[placeholder="Add a product"]').click();
  await page.locator('[role="option"]:visible').first().click();
  for (const item of await dialog.locator('input[type="checkbox"]').all()) await item.check();
  await dialog.locator("text=Save and move").click();
  await standsIn(page, deal.id, "discover");
  await page.waitForFunction((id) => document.activeElement?.getAttribute("data-card") === id, deal.id);
  expect(faultsOf(page).filter((fault) => !fault.includes("422"))).toEqual([]);
});

test("keys carry a card to another stage, and the focus stays with it", async () => {
  const page = await signedIn("lilei", "/board");
  const deal = await openedDeal(apiOf(page), "propose");
  await boardWith(page, deal.name);
  await page.focus(card(deal.id));
  await page.keyboard.press("Space");
  await page.waitForSelector("[data-lifted]");
  await page.keyboard.press("ArrowLeft");
  await page.waitForSelector(`${stage("discover")}[data-over]`);
  await page.keyboard.press("Space");
  await standsIn(page, deal.id, "discover");
  await page.waitForFunction((id) => document.activeElement?.getAttribute("data-card") === id, deal.id);
});

test("what one moves another sees without a reload", async () => {
  const [mine, theirs] = [await signedIn("lilei", "/board"), await signedIn("wangmin", "/board")];
  const api = apiOf(mine);
  const deal = await openedDeal(api, "propose");
  await boardWith(theirs, deal.name);
  await standsIn(theirs, deal.id, "propose");
  await api.post(`/deals/${deal.id}/move-stage`, { to_stage: "discover" });
  await standsIn(theirs, deal.id, "discover");
});

test("two people who move one card see a conflict, and nothing is overwritten unseen", async () => {
  const [mine, theirs] = [await signedIn("lilei", "/board"), await signedIn("wangmin", "/board")];
  const api = apiOf(mine);
  const deal = await openedDeal(api, "propose");
  await theirs.route("**/api/v1/inbox/stream**", (route) => route.abort()); // they do not hear of it
  await boardWith(theirs, deal.name);
  await api.post(`/deals/${deal.id}/move-stage`, { to_stage: "discover" });
  await drag(theirs, card(deal.id), stage("paused"));
  const dialog = theirs.locator('[role="dialog"]');
  await dialog.locator("text=Somebody else changed this meanwhile").waitFor();
  expect((await api.get<{ stage: { key: string } }>(`/deals/${deal.id}`)).stage.key).toBe("discover");
  await dialog.locator('label:has-text("Mine")').click();
  await dialog.locator("text=Save the choice").click();
  await theirs.waitForSelector('[role="status"]:has-text("moved to")');
  expect((await api.get<{ stage: { key: string } }>(`/deals/${deal.id}`)).stage.key).toBe("paused");
});

test("on a phone a card moves by two taps", async () => {
  const page = await signedIn("lilei", "/board", { viewport: PHONE });
  const deal = await openedDeal(apiOf(page), "propose");
  await boardWith(page, deal.name, "&stage=propose");
  await page.locator(`${card(deal.id)} button`).tap();
  await page.locator('[role="dialog"] button:has-text("Discover")').tap();
  await page.waitForSelector(card(deal.id), { state: "detached" });
  await page.locator('nav button:has-text("Discover")').tap();
  await page.waitForSelector(card(deal.id));
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
});

test("a finger held on a card carries it, a finger that strokes scrolls", async () => {
  const page = await signedIn("lilei", "/board", { viewport: { width: 1180, height: 820 } });
  const deal = await openedDeal(apiOf(page), "propose");
  await boardWith(page, deal.name);
  const { touch, at } = await fingerOn(page, card(deal.id));
  await touch("touchStart", at.x, at.y);
  await touch("touchMove", at.x, at.y - 40);
  await touch("touchEnd", at.x, at.y);
  expect(await page.locator("[data-lifted]").count()).toBe(0);
  await carry(page, card(deal.id), stage("discover"));
  await standsIn(page, deal.id, "discover");
});

test("on a phone a finger held on a card carries it to the name of another stage", async () => {
  const page = await signedIn("lilei", "/board", { viewport: PHONE });
  const deal = await openedDeal(apiOf(page), "propose");
  await boardWith(page, deal.name, "&stage=propose");
  await carry(page, card(deal.id), '[data-stage="discover"]');
  await page.waitForSelector(card(deal.id), { state: "detached" });
  await page.locator('[data-stage="discover"]').tap();
  await page.waitForSelector(card(deal.id));
});

/** Holds a finger on a card until it is lifted, strokes it to a place, and lets it go there. */
async function carry(page: Page, from: string, to: string): Promise<void> {
  const { touch, at } = await fingerOn(page, from);
  await touch("touchStart", at.x, at.y);
  await page.waitForSelector("[data-lifted]");
  const end = await page.locator(to).boundingBox();
  if (!end) throw new Error("nowhere to carry it to");
  const [x, y] = [end.x + end.width / 2, end.y + Math.min(end.height / 2, 90)];
  for (let step = 1; step <= 10; step++)
    await touch("touchMove", at.x + ((x - at.x) * step) / 10, at.y + ((y - at.y) * step) / 10);
  await page.waitForSelector(`${to}[data-over]`);
  await touch("touchEnd", x, y);
}

/** A finger, and where it touches a card: below its name. */
async function fingerOn(page: Page, place: string) {
  const box = await page.locator(place).boundingBox();
  if (!box) throw new Error("nothing to touch");
  const session = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", x: number, y: number) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
  return { touch, at: { x: box.x + box.width / 2, y: box.y + box.height - 12 } };
}

const CARDS = 2000;
const LONGEST_MS = 100;

measured(
  `${CARDS} cards are scrolled through without a long task, and few of them are in the document`,
  async () => {
    const [drawer, approver] = [await signedIn("ada", "/board"), await signedIn("wangmin", "/board")];
    const [api, second] = [apiOf(drawer), apiOf(approver)];
    const process = await publishedProcess(api, second);
    for (let made = 0; made < CARDS; made += 200) {
      const commands = Array.from({ length: 200 }, (_, at) => ({
        command: "open-deal",
        name: `Card ${made + at}`,
        process_id: process,
        amount: { amount: `${made + at}`, currency: "USD" },
        owner_id: null,
      }));
      await api.post("/deals:batch", { commands });
    }
    await drawer.goto(`${URL_OF_SYSTEM}/board?process=${process}&owner=all`);
    await settled(drawer);
    expect(await drawer.locator("[data-count]").first().getAttribute("data-count")).toBe(String(CARDS));
    const longest = await longestWhileScrolling(drawer, stage("new"), "Card 0");
    expect(longest.cards).toBeLessThan(60);
    expect(longest.busyMs).toBeLessThanOrEqual(LONGEST_MS);
  },
  240_000,
);

async function publishedProcess(drawer: Api, approver: typeof drawer): Promise<string> {
  const { id } = await drawer.post<{ id: string }>("/processes", {
    name: `Full ${crypto.randomUUID().slice(0, 8)}`,
  });
  const open = { category: "open", probability: 10 };
  await drawer.post(`/processes/${id}/versions`, {
    stages: [
      { key: "new", name: "New", ...open },
      { key: "won", name: "Won", category: "won", probability: 100 },
      { key: "lost", name: "Lost", category: "lost", probability: 0 },
    ],
    moves: [
      { from_stage: "new", to_stage: "won" },
      { from_stage: "new", to_stage: "lost" },
    ],
  });
  await drawer.post(`/processes/${id}/versions/1/submit`, { reason: "to be scrolled" });
  await approver.post(`/processes/${id}/versions/1/publish`, { reason: "to be scrolled" });
  return id;
}

/** Scrolls a column to its last card; the most cards in the document, and the longest that one step kept the page busy. */
async function longestWhileScrolling(page: Page, list: string, last: string) {
  const session = await page.context().newCDPSession(page);
  // time of the page's own thread: what the machine does besides does not count
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
  };
  const found = { cards: 0, busyMs: 0 };
  for (let before = await busy(), atEnd = false; !atEnd; ) {
    const cards = await page.locator(list).evaluate(scrolled, SCREEN);
    const now = await busy();
    found.busyMs = Math.max(found.busyMs, now - before);
    found.cards = Math.max(found.cards, cards);
    before = now;
    atEnd = (await page.getByText(last, { exact: true }).count()) > 0;
  }
  return found;
}

const SCREEN = 600; // pixels scrolled at once

/** One step down, painted; how many cards are in the document then. */
function scrolled(list: Element, by: number): Promise<number> {
  list.scrollTop += by;
  return new Promise((done) =>
    requestAnimationFrame(() =>
      requestAnimationFrame(() => done(document.querySelectorAll("[data-card]").length)),
    ),
  );
}

test("the process, the owner and the words of the board stand in its address", async () => {
  const page = await signedIn("wangmin", "/board", { viewport: DESKTOP });
  const process = await processId(apiOf(page));
  await page.goto(`${URL_OF_SYSTEM}/board?process=${process}&owner=all&sort=name`);
  await settled(page);
  await page.keyboard.press("/");
  await page.keyboard.type("no such deal anywhere");
  await page.waitForURL("**q=no*");
  await page.waitForFunction(() =>
    [...document.querySelectorAll("[data-count]")].every((each) => each.getAttribute("data-count") === "0"),
  );
});
