import { expect, test } from "vitest";
import { blankPage, faultsOf, settled, signedIn, URL_OF_SYSTEM } from "./browser";

test("an address deep inside survives sign-in, a reload asks nobody again, signing out does", async () => {
  const page = await blankPage({});
  await page.goto(`${URL_OF_SYSTEM}/inbox?unread=true`);
  await page.click('button[value="lilei"]');
  await page.waitForURL("**/inbox?unread=true");
  await settled(page);
  expect(await page.textContent("h1")).toBe("Inbox");
  await page.reload();
  await page.waitForURL("**/inbox?unread=true");
  await settled(page);
  expect(await page.textContent("h1")).toBe("Inbox");
  await page.getByRole("button", { name: "李雷" }).click();
  await page.click("text=Sign out");
  await page.waitForSelector('button[value="maria"]');
});

test("no token is kept where another script could find it", async () => {
  const page = await signedIn("lilei", "/inbox");
  const kept = await page.evaluate(
    () => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie,
  );
  expect(kept).not.toMatch(/eyJ/);
});

test("the page runs under its policy without a complaint, and inline scripts do not run", async () => {
  const page = await signedIn("wangmin", "/inbox");
  await page.keyboard.press("Control+k");
  await page.waitForSelector('[role="dialog"] input');
  expect(faultsOf(page)).toEqual([]);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
    return "ran" in window;
  });
  expect(ran).toBe(false);
});

test("language and colours are switched and stay", async () => {
  const page = await signedIn("lilei", "/inbox");
  await page.getByRole("button", { name: "李雷" }).click();
  await page.click("text=中文");
  await page.waitForSelector('h1:has-text("收件箱")');
  await page.getByRole("button", { name: "李雷" }).click();
  await page.click("text=深色");
  await page.reload();
  await page.waitForSelector('h1:has-text("收件箱")');
  expect(await page.getAttribute("html", "data-mantine-color-scheme")).toBe("dark");
  expect(await page.getAttribute("html", "lang")).toBe("zh-CN");
});
