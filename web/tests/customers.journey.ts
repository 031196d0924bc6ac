import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { authorizationOf, faultsOf, PHONE, settled, signedIn, URL_OF_SYSTEM } from "./browser";
import { apiOf } from "./selling";
import { longestTask, measured } from "./smooth";

const run = Date.now().toString(36);

const file = (name: string, rows: string[]) => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(rows.join("\n")),
});

async function checked(page: Page, rows: string[]): Promise<void> {
  await page.setInputFiles('input[type="file"]', file("customers.csv", rows));
  await page.getByRole("button", { name: "Check all rows" }).click();
  await page.getByText(/can be imported\./).waitFor();
}

/** The page of a customer, gone to through the list. */
async function opened(page: Page, name: string): Promise<void> {
  await page.goto(`${URL_OF_SYSTEM}/customers`);
  await page.getByRole("searchbox", { name: "Search customers" }).fill(name);
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

test("a file with a bad row is mended and imported, twice without doubles; a customer lives and is brought back", async () => {
  const page = await signedIn("ada", "/import");
  const name = `Import ${run}`;
  const heading = "Customer name,Industry,Annual revenue,Founded";
  await checked(page, [heading, `${name},retail,"1,200,000",1999`, `Bad ${run},retail,much,1999`]);
  expect(await page.getByText("Annual revenue: is not an amount").isVisible()).toBe(true);
  await page.getByRole("button", { name: "Another file" }).click();
  const mended = [heading, `${name},retail,"1,200,000",1999`, `Bad ${run},retail,5,1999`];
  await checked(page, mended);
  await page.getByRole("button", { name: "Import 2 rows" }).click();
  await page.getByText("2 rows were imported.").waitFor();
  await page.getByRole("button", { name: "Another file" }).click();
  await checked(page, mended);
  await page.getByText("2 rows were imported before: they are left as they are.").waitFor();
  await page.goto(`${URL_OF_SYSTEM}/customers?q=${encodeURIComponent(run)}`);
  await page.getByRole("link", { name, exact: true }).waitFor();
  expect(await page.locator("tbody tr").count()).toBe(2);

  await opened(page, name);
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Call: Phone call").waitFor();

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  await page.getByText("This customer is archived").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("This customer is archived").waitFor({ state: "detached" });

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.waitForURL("**/customers");
  await page.goto(`${URL_OF_SYSTEM}/customers?status=deleted&q=${encodeURIComponent(name)}`);
  await page.getByRole("button", { name: "Restore" }).click();
  await opened(page, name);
  await page.getByText("Restored", { exact: true }).waitFor();
  expect(faultsOf(page)).toEqual([]);
});

test("a whole import is undone, and the same file makes new ones once that is wished", async () => {
  const page = await signedIn("ada", "/import");
  const rows = ["Customer name", `Undone ${run}`];
  await checked(page, rows);
  await page.getByRole("button", { name: "Import 1 row" }).click();
  await page.getByRole("button", { name: "Undo this import" }).click();
  await page.getByRole("button", { name: "Delete 1" }).click();
  await page.getByText("1 record was deleted.").waitFor();
  await page.getByRole("button", { name: "Another file" }).click();
  await checked(page, rows);
  await page.getByText("0 rows can be imported.").waitFor();
  await page.getByRole("button", { name: "Import them again" }).click();
  await page.getByText("1 row can be imported.").waitFor();
  expect(faultsOf(page)).toEqual([]);
});

test("a customer is put below its parent, and both show the tree they stand in", async () => {
  const page = await signedIn("ada", "/customers");
  const api = apiOf(page);
  const made = async (name: string, more = {}) =>
    (await api.post<{ id: string }>("/customers", { name: `${name} ${run}`, ...more })).id;
  await made("Holding");
  const middle = await made("Daughter");
  await made("Branch", { parent_id: middle });
  await page.goto(`${URL_OF_SYSTEM}/customers/${middle}`);
  const family = page.getByRole("region", { name: "Group of companies" });
  await family.getByRole("link", { name: `Branch ${run}` }).waitFor();
  await family.getByRole("button", { name: "Choose the parent" }).click();
  await family.getByPlaceholder("None").fill(`Holding ${run}`);
  await page.getByRole("option", { name: `Holding ${run}` }).click();
  await family.getByRole("link", { name: `Holding ${run}` }).click();
  await page.getByRole("heading", { level: 1, name: `Holding ${run}` }).waitFor();
  await family.getByRole("button", { name: `Subsidiaries of Daughter ${run}` }).click();
  await family.getByRole("link", { name: `Branch ${run}` }).waitFor();
});

test("two people who correct one field meet a conflict, and what is chosen is kept", async () => {
  const name = `Conflict ${run}`;
  const mine = await signedIn("ada", "/customers?new=true");
  await mine.getByRole("textbox", { name: "Name" }).fill(name);
  await mine.getByRole("button", { name: "Create" }).click();
  await mine.getByRole("heading", { level: 1, name }).waitFor();
  const theirs = await signedIn("ada", new URL(mine.url()).pathname);
  await mine.getByRole("button", { name: /^Add Region/ }).click();
  await mine.getByRole("textbox", { name: "Region" }).fill("Bonn");
  await theirs.getByRole("button", { name: /^Add Region/ }).click();
  await theirs.getByRole("textbox", { name: "Region" }).fill("Ulm");
  await theirs.keyboard.press("Enter");
  await theirs.getByRole("button", { name: "Edit Region: Ulm" }).waitFor();
  await mine.keyboard.press("Enter");
  const bar = mine.getByRole("alert").filter({ hasText: "Somebody else changed this meanwhile" });
  await bar.waitFor();
  expect(await bar.getByRole("cell").allTextContents()).toEqual(expect.arrayContaining(["Bonn", "Ulm"]));
  await bar.getByText("Mine", { exact: true }).last().click();
  await bar.getByRole("button", { name: "Save the choice" }).click();
  await mine.getByRole("button", { name: "Edit Region: Bonn" }).waitFor();
  // a change by somebody else arrives without a reload
  await theirs.getByRole("button", { name: "Edit Region: Bonn" }).waitFor();
});

test("a contact is added with a role, stands in the timeline, and once erased nobody can read who it was", async () => {
  const name = `Contacts ${run}`;
  const page = await signedIn("ada", "/customers?new=true");
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await page.getByRole("region", { name: "Contacts" }).getByRole("button", { name: "Add" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(`Wang ${run}`);
  await page.getByRole("textbox", { name: "Role at this customer" }).fill("buyer");
  await page.getByRole("region", { name: "Contacts" }).locator('button[type="submit"]').click();
  await page.getByText(`Contact added: Wang ${run}, buyer`).waitFor();
  await page
    .getByRole("region", { name: "Contacts" })
    .getByRole("link", { name: `Wang ${run}` })
    .click();
  await page.getByRole("button", { name: "Erase personal data" }).click();
  await page.getByRole("button", { name: "Erase for ever" }).click();
  await page.getByRole("heading", { level: 1, name: "[erased]" }).waitFor();
  expect(await page.getByText(`Wang ${run}`).count()).toBe(0);
});

test("a task is created, done, and done ones can be looked at", async () => {
  const title = `Offer ${run}`;
  const page = await signedIn("lilei", "/tasks?new=true");
  await page.getByRole("textbox", { name: "What is to be done" }).fill(title);
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("checkbox", { name: `Done: ${title}` }).check();
  await page.getByRole("checkbox", { name: `Done: ${title}` }).waitFor({ state: "detached" });
  await page.getByRole("switch", { name: "Done ones" }).check();
  await page.getByText(title, { exact: true }).waitFor();
});

measured(
  "ten thousand customers scroll without a long task, and few of them are in the page",
  async ({ annotate }) => {
    const page = await signedIn("ada", "/inbox");
    await manyCustomers(page, 10_000);
    await page.goto(`${URL_OF_SYSTEM}/customers?kind=person&q=Scroll`);
    await settled(page);
    const list = page.locator("table").locator("xpath=..");
    let most = 0;
    const longest = await longestTask(page, async () => {
      for (const end = Date.now() + 5_000; Date.now() < end; ) {
        await list.evaluate((frame) => frame.scrollBy(0, 1500));
        await page.waitForTimeout(30);
        most = Math.max(most, await page.locator("tbody tr").count());
      }
    });
    await annotate(`longest task ${Math.round(longest)} ms, ${most} rows`);
    expect(most).toBeLessThan(60);
    expect(longest).toBeLessThanOrEqual(50);
  },
  300_000,
);

/** So many customers named Scroll…, if they are not there yet. */
async function manyCustomers(page: Page, count: number): Promise<void> {
  for (let from = 0; from < count; from += 200) {
    const commands = Array.from({ length: 200 }, (_, at) => ({
      command: "create-customer",
      kind: "person",
      name: `Scroll ${String(from + at).padStart(5, "0")}`,
      idempotency_key: `scroll-${from + at}`,
    }));
    const headers = { ...authorizationOf(page), "idempotency-key": `scroll-${from}` };
    const answer = await page.request.post(`${URL_OF_SYSTEM}/api/v1/customers:batch`, {
      data: { commands },
      headers,
    });
    expect(answer.status()).toBe(200);
  }
}

test("on a phone a call is logged in two taps, and no page is wider than the phone", async () => {
  const page = await signedIn("lilei", "/customers", { viewport: PHONE });
  for (const path of ["/customers", "/contacts", "/tasks", "/import"]) {
    await page.goto(URL_OF_SYSTEM + path);
    await settled(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  }
  await page.goto(`${URL_OF_SYSTEM}/customers`);
  await page.locator("tbody a").first().tap();
  await settled(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  await page.getByRole("button", { name: "Call", exact: true }).tap();
  await page.getByRole("button", { name: "Save", exact: true }).tap();
  await page.getByText("Call: Phone call").first().waitFor();
});
