/** axe on every route: both languages, both colours, desktop and phone, every two of them together once. */
import { readFileSync } from "node:fs";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { DESKTOP, PHONE, signedIn } from "./browser";
import { visit, WANTED } from "./routes";

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const LOOKS = {
  zh: [
    { colorScheme: "light", viewport: DESKTOP },
    { colorScheme: "dark", viewport: PHONE },
  ],
  en: [
    { colorScheme: "light", viewport: PHONE },
    { colorScheme: "dark", viewport: DESKTOP },
  ],
} as const;
const SERIOUS = new Set(["serious", "critical"]);

for (const language of ["zh", "en"] as const)
  for (const as of new Set(WANTED.map((route) => route.as)))
    test(`nothing serious is found on what ${as} sees in ${language}`, async () => {
      const page = await signedIn(as, "/", { language });
      await page.evaluate(AXE);
      const found: string[] = [];
      for (const route of WANTED.filter((each) => each.as === as)) {
        await visit(page, route);
        for (const { colorScheme, viewport } of LOOKS[language]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize(viewport);
          await page.waitForFunction(stillColours);
          const where = `${route.name} ${colorScheme} ${viewport.width}`;
          found.push(...(await seriousIn(page)).map((finding) => `${where}: ${finding}`));
        }
      }
      expect(found).toEqual([]);
    });

/** Colours have changed over: half-way between two of them nothing can be read. */
const stillColours = () => !document.getAnimations().some((one) => one instanceof CSSTransition);

interface Axe {
  axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
}

async function seriousIn(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as Axe).axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations
    .filter(({ impact }) => SERIOUS.has(impact ?? ""))
    .map(({ id, nodes }) => `${id} ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}
