/**
 * axe on every route. `make test` looks at each once: languages, colours, desktop and phone take turns;
 * `make journeys` looks at each in both languages and in every look.
 */
import { readFileSync } from "node:fs";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { DESKTOP, PHONE, settled, signedIn } from "./browser";
import { visit, WANTED } from "./routes";

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const ALL = process.env["FLOWLINE_JOURNEYS"] === "all";
const LOOKS = [
  { colorScheme: "light", viewport: DESKTOP },
  { colorScheme: "dark", viewport: PHONE },
  { colorScheme: "light", viewport: PHONE },
  { colorScheme: "dark", viewport: DESKTOP },
] as const;
const SERIOUS = new Set(["serious", "critical"]);

for (const language of ["zh", "en"] as const)
  for (const as of new Set(WANTED.map((route) => route.as)))
    test(`nothing serious is found on what ${as} sees in ${language}`, async () => {
      const page = await signedIn(as, "/", { language });
      await page.evaluate(AXE);
      const found: string[] = [];
      for (const [at, route] of WANTED.entries()) {
        const looks = LOOKS.filter((_, look) => ALL || isTurn(language, look, at));
        if (route.as !== as || looks.length === 0) continue;
        await visit(page, route);
        for (const { colorScheme, viewport } of looks) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize(viewport);
          await page.evaluate(stillColours);
          await settled(page);
          const where = `${route.name} ${colorScheme} ${viewport.width}`;
          found.push(...(await seriousIn(page)).map((finding) => `${where}: ${finding}`));
        }
      }
      expect(found).toEqual([]);
    });

const isTurn = (language: "zh" | "en", look: number, at: number) =>
  at % 2 === (language === "zh" ? 0 : 1) && Math.floor(at / 2) % LOOKS.length === look;

/** Colours have begun to change over, and have changed: half-way between two of them nothing can be read. */
const stillColours = async () => {
  const drawn = () => new Promise(requestAnimationFrame);
  for (let still = 0; still < 3; ) {
    await drawn();
    still = document.getAnimations().some((one) => one instanceof CSSTransition) ? 0 : still + 1;
  }
};

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
