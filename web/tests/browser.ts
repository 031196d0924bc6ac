/** A real Chromium before the running system (FLOWLINE_URL): people who are signed in, each in a browser of their own. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";

export const URL_OF_SYSTEM = process.env["FLOWLINE_URL"] ?? "http://127.0.0.1:8080";
export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
/** Before a picture is taken: charts have drawn themselves, notices have gone in. */
export const QUIET_MS = 400;

export type Look = {
  language?: "zh" | "en";
  colours?: "light" | "dark";
  viewport?: { width: number; height: number };
};

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close())); // a page that is left open goes on asking
});
afterAll(() => browser.close());

/** A page of somebody who has just signed in and is at `path`. Faults of the page fail the journey (see `faultsOf`). */
export async function signedIn(subject: string, path = "/", look: Look = {}): Promise<Page> {
  const page = await blankPage(look);
  await page.goto(URL_OF_SYSTEM + path);
  await page.click(`button[value="${subject}"]`);
  await settled(page);
  return page;
}

/** A page in a browser that nobody has signed in with. */
export async function blankPage({
  language = "en",
  colours = "light",
  viewport = DESKTOP,
}: Look): Promise<Page> {
  const options: BrowserContextOptions = {
    viewport,
    colorScheme: colours,
    locale: language === "zh" ? "zh-CN" : "en",
  };
  const phone = viewport.width < 600 ? { hasTouch: true, isMobile: true, deviceScaleFactor: 2 } : {};
  const context = await browser.newContext({ ...options, ...phone });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000); // patience, not a budget: a loaded machine is slow, not wrong
  faults.set(page, []);
  page.on("pageerror", (fault) => faultsOf(page).push(String(fault)));
  page.on("request", (request) => {
    const token = request.headers()["authorization"];
    if (token) tokens.set(page, token);
  });
  page.on("console", (said) => {
    if (said.type() === "error") faultsOf(page).push(said.text());
  });
  return page;
}

const faults = new WeakMap<Page, string[]>();
const tokens = new WeakMap<Page, string>();

/** The page's own token as a header, for asking the API beside the page once it has asked something itself. */
export const authorizationOf = (page: Page): { authorization: string } => ({
  authorization: tokens.get(page) ?? "",
});

/** Errors that the page has thrown or the browser has complained about, such as a broken security policy. */
export const faultsOf = (page: Page): string[] => faults.get(page) ?? [];

/** Wait until the shell is there and nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector("main");
  await page.waitForFunction(() => !document.querySelector(".mantine-Loader-root, .mantine-Skeleton-root"));
}
