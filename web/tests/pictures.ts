/** The three pictures of README, into docs/pictures: the board, a manager's dashboard, the process beside its drawing. */
import { mkdirSync, writeFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { QUIET_MS, signedIn } from "./browser";
import { ROUTES, visit } from "./routes";

const FOLDER = "../docs/pictures";
const SHOWN = ["board", "dashboard-manager", "process-map-drawing"];
const VIEWPORT = { width: 1280, height: 800 };
const LARGEST = 80 * 1024;
const QUALITIES = [85, 75, 65, 55, 45, 35];

mkdirSync(FOLDER, { recursive: true });

test.each(ROUTES.filter(({ name }) => SHOWN.includes(name)))("$name", async (route) => {
  const page = await signedIn(route.as, "/", { viewport: VIEWPORT });
  await visit(page, route);
  await page.waitForTimeout(QUIET_MS);
  writeFileSync(`${FOLDER}/${route.name}.jpg`, await smallEnough(page));
});

/** The best quality that README can carry. */
async function smallEnough(page: Page): Promise<Buffer> {
  for (const quality of QUALITIES) {
    const picture = await page.screenshot({ type: "jpeg", quality });
    if (picture.length <= LARGEST) return picture;
  }
  return expect.fail("no quality makes the picture small enough");
}
