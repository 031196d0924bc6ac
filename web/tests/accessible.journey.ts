/**
 * axe on every route in both languages. `make test` looks at each route once a language, so that it is seen in both colours
 * and on desktop and phone; `make journeys` looks at each in every look.
 */
import { readFileSync } from "node:fs";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { DESKTOP, PHONE, signedIn } from "./browser";
import { visit, WANTED } from "./routes";

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const ALL = process.env["FLOWLINE_JOURNEYS"] === "all";
const LOOKS = [
  { colorScheme: "light", viewport: DESKTOP },
  { colorScheme: "dark", viewport: PHONE },
  { colorScheme: "light", viewport: PHONE },
  { colorScheme: "dark", viewport: DESKTOP },
] as const;
/** In Chinese the look of its turn, in English the one that differs from it in both. */
const TURN = { zh: [0, 1, 2, 3], en: [1, 0, 3, 2] } as const;
const SERIOUS = new Set(["serious", "critical"]);

for (const language of ["zh", "en"] as const)
  for (const as of new Set(WANTED.map((route) => route.as)))
    test(`nothing serious is found on what ${as} sees in ${language}`, async () => {
      const page = await signedIn(as, "/", { language });
      await page.evaluate(AXE);
      const found: string[] = [];
      for (const [at, route] of WANTED.entries()) {
        if (route.as !== as) continue;
        await visit(page, route);
        for (const { colorScheme, viewport } of looks(language, at)) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize(viewport);
          await page.waitForFunction(stillColours);
          const where = `${route.name} ${colorScheme} ${viewport.width}`;
          found.push(...(await seriousIn(page)).map((finding) => `${where}: ${finding}`));
        }
      }
      expect(found).toEqual([]);
    });

const looks = (language: "zh" | "en", at: number) =>
  ALL ? LOOKS : LOOKS.filter((_, look) => look === TURN[language][at % LOOKS.length]);

/** Colours have changed over: half-way between two of them nothing can be read. */
const stillColours = () => !document.getAnimations().some((one) => one instanceof CSSTransition);

interface Axe {
  axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
}

async function seriousIn(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as Axe).axe.run(document, { resultTypes: ["violations"], preload: false }),
  );
  return violations
    .filter(({ impact }) => SERIOUS.has(impact ?? ""))
    .map(({ id, nodes }) => `${id} ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}
