import { expect, test } from "vitest";
import { settled, signedIn, URL_OF_SYSTEM } from "./browser";
import { apiOf, openedDeal } from "./selling";

test("a deal says what is needed next, tells its story, and shows how it was", async () => {
  const page = await signedIn("lilei", "/board");
  const api = apiOf(page);
  const deal = await openedDeal(api, "propose", { amount: { amount: "12000", currency: "CNY" } });
  await api.post(`/deals/${deal.id}/change-amount`, { amount: { amount: "15000", currency: "CNY" } });
  await api.post(`/deals/${deal.id}/move-stage`, { to_stage: "discover" });
  await page.goto(`${URL_OF_SYSTEM}/deals/${deal.id}`);
  await settled(page);
  expect(await page.textContent("h1")).toBe(deal.name);
  await page.waitForSelector("text=Amount changed from CN¥12,000.00 to CN¥15,000.00");
  expect(await page.locator('[aria-current="step"]').textContent()).toContain("Discover");
  const slider = page.locator('[role="slider"]');
  await slider.focus();
  for (let tries = 0; tries < 9 && !(await page.locator("text=As it was on").count()); tries++)
    await page.keyboard.press("Home");
  await page.waitForURL("**as_of=*");
  await page.waitForSelector("text=CN¥12,000.00");
  expect(await page.locator('[aria-current="step"]').textContent()).toContain("Propose");
  await page.click("text=Back to now");
  await page.waitForSelector('[aria-current="step"]:has-text("Discover")');
});

test("a deal is won, and a task for it is made and done", async () => {
  const page = await signedIn("lilei", "/board");
  const deal = await openedDeal(apiOf(page), "negotiate");
  await page.goto(`${URL_OF_SYSTEM}/deals/${deal.id}`);
  await settled(page);
  await page.keyboard.press("t");
  await page.getByLabel("What is to be done").fill("Send the contract");
  await page.keyboard.press("Enter");
  await page.getByLabel("Send the contract is done").check();
  await page.click('button:has-text("Won")');
  await page.locator('[role="dialog"] button[type="submit"]').click();
  await page.waitForSelector('button:has-text("Reopen")');
});

test("the past of the list is another list, and its address is enough to see it", async () => {
  const page = await signedIn("wangmin", "/deals?owner=all&as_of=2020-01-01T00:00:00.000Z");
  await page.waitForSelector("text=No deals like this");
  await page.goto(`${URL_OF_SYSTEM}/deals?owner=all&sort=-amount`);
  await page.waitForSelector("tbody a");
  expect(await page.locator('[aria-sort="descending"]').count()).toBe(1);
});
