import { expect, test } from "vitest";
import { faultsOf, PHONE, signedIn } from "./browser";

test("on a phone a call is logged, a follow-up planned and a deal moved in two taps each", async () => {
  const page = await signedIn("lilei", "/", { viewport: PHONE });
  const customers = page.getByRole("region", { name: "My customers" }).getByRole("listitem");
  const first = customers.first();

  await first.getByRole("button", { name: /^Log a call/ }).tap();
  await page.keyboard.type("Will decide on Friday");
  await page.getByRole("button", { name: "Log", exact: true }).tap();
  await page.getByText("Logged").waitFor();

  await first.getByRole("button", { name: /^Plan a follow-up/ }).tap();
  await page.getByRole("menuitem", { name: "Tomorrow" }).tap();
  await page.getByText("Planned").waitFor();

  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  expect(faultsOf(page)).toEqual([]);

  const deals = page.getByRole("region", { name: "My open deals" }).getByRole("listitem");
  await deals.first().getByRole("button", { name: /^Move/ }).tap();
  await page.getByRole("dialog").getByRole("button").nth(1).waitFor(); // where it may go, each one tap
});
