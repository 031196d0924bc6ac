import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { authorizationOf, faultsOf, signedIn, URL_OF_SYSTEM } from "./browser";

const API = `${URL_OF_SYSTEM}/api/v1`;

test("a rule is made, what happens arrives live, is opened and so read; then the rule is switched off and removed", async () => {
  const rep = await signedIn("lilei", "/inbox/rules/new");
  const name = `New customers ${Date.now()}`;
  await rep.getByLabel("Name").fill(name);
  await rep.getByRole("combobox", { name: "When this happens" }).click();
  await rep.getByRole("option", { name: "Customer created" }).click();
  await rep.getByRole("combobox", { name: "Tell" }).click();
  await rep.getByRole("option", { name: "Me" }).click();
  await rep.keyboard.press("Escape");
  await rep.getByRole("button", { name: "Save" }).click();
  await rep.getByRole("link", { name }).waitFor();

  await rep.getByRole("navigation", { name: "Rooms", exact: true }).getByText("Inbox").click();
  const customer = `Live ${Date.now()}`;
  await created(rep, customer);
  const told = rep.getByRole("main").getByRole("listitem").filter({ hasText: name });
  await told.getByRole("button", { name: "Mark as read" }).waitFor();
  await rep
    .getByLabel(/unread notification/)
    .first()
    .waitFor();

  await told.getByRole("link").click();
  await rep.waitForURL("**/customers/*");
  await rep.goBack();
  await told.getByRole("link").waitFor();
  await told.getByRole("button", { name: "Mark as read" }).waitFor({ state: "detached" });

  await rep.goto(`${URL_OF_SYSTEM}/inbox/rules`);
  await rep.getByRole("switch", { name: `The rule “${name}” holds` }).uncheck({ force: true });
  await rep.getByRole("button", { name: `Delete the rule “${name}”` }).click();
  await rep.getByRole("link", { name }).waitFor({ state: "detached" });
  expect(faultsOf(rep).filter((fault) => !/404/.test(fault))).toEqual([]);
});

test("a condition that cannot be decided is said at its field, before and after sending", async () => {
  const rep = await signedIn("lilei", "/inbox/rules/new");
  await rep.getByLabel("Name").fill("Impossible");
  await rep.getByRole("combobox", { name: "When this happens" }).click();
  await rep.getByRole("option", { name: "Deal won" }).click();
  await rep.getByLabel("Only if").fill("event.nothing > 3");
  await rep
    .getByText(/nothing/)
    .first()
    .waitFor();
  await rep.getByRole("button", { name: "Save" }).click();
  await rep.getByText("This is needed.").waitFor();
});

test("a guest is told that the inbox is not for them", async () => {
  const guest = await signedIn("gus", "/inbox");
  await guest.getByText("Not for your role").waitFor();
});

/** Create a customer that the rep owns, beside the page. */
async function created(page: Page, name: string): Promise<void> {
  const headers = { ...authorizationOf(page), "idempotency-key": name.replace(" ", "-") };
  const me = (await (await page.request.get(`${API}/people/me`, { headers })).json()) as { id: string };
  const answer = await page.request.post(`${API}/customers`, { headers, data: { name, owner_id: me.id } });
  expect(answer.status(), await answer.text()).toBe(201);
}
