/** Pictures of every route: both languages, both colours, desktop and phone, into web/screenshots (ONLY=name for one). */
import { mkdirSync } from "node:fs";
import { test } from "vitest";
import { DESKTOP, PHONE, QUIET_MS, signedIn } from "./browser";
import { visit, WANTED } from "./routes";

const FOLDER = "screenshots";

mkdirSync(FOLDER, { recursive: true });

for (const language of ["zh", "en"] as const)
  for (const colours of ["light", "dark"] as const)
    for (const viewport of [DESKTOP, PHONE])
      for (const as of new Set(WANTED.map((route) => route.as)))
        test(`${language} ${colours} ${viewport.width} as ${as}`, async () => {
          const routes = WANTED.filter((route) => route.as === as);
          const page = await signedIn(as, "/", { language, colours, viewport });
          for (const route of routes) {
            await visit(page, route);
            await page.waitForTimeout(QUIET_MS);
            await page.screenshot({
              path: `${FOLDER}/${route.name}-${language}-${colours}-${viewport.width}.png`,
            });
          }
          await page.context().close();
        }, 120_000);
