/** Texts: every key in both languages, none missing, none unused, and no sentence hidden in a component. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const SRC = "src";
const PLURAL = /_(zero|one|two|few|many|other)$/;
const SHOWN_ATTRIBUTES = new Set([
  "label",
  "title",
  "placeholder",
  "aria-label",
  "alt",
  "description",
  "message",
  "text",
]);
const CJK = /[\u3400-\u9fff]/;
const WORDS = /\p{L}{2,}/u;

type Texts = Map<string, Set<string>>; // namespace → keys, plural forms as one

const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|generated/.test(name))
  .map((name) => ({ name, text: readFileSync(join(SRC, name), "utf8") }));

function keysOf(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null) return [prefix.replace(PLURAL, "")];
  return Object.entries(value).flatMap(([name, each]) => keysOf(each, prefix ? `${prefix}.${name}` : name));
}

function textsOf(language: string): Texts {
  const folder = join(SRC, "i18n", language);
  return new Map(
    readdirSync(folder).map((file) => {
      const keys = keysOf(JSON.parse(readFileSync(join(folder, file), "utf8")));
      return [file.replace(".json", ""), new Set(keys)];
    }),
  );
}

const flat = (texts: Texts) =>
  [...texts].flatMap(([space, keys]) => [...keys].map((key) => `${space}:${key}`)).sort();

const english = textsOf("en");

interface Use {
  at: string;
  space: string;
  key: string;
  isPrefix: boolean; // `role.${role}` uses every key below role.
}

/** What a source asks for: t("key") of its namespace, and "namespace:key" wherever it stands. */
function usesIn({ name, text }: { name: string; text: string }): Use[] {
  const own = /useTranslation\(\s*\[?\s*"([\w-]+)"/.exec(text)?.[1];
  const uses: Use[] = [];
  const use = (said: string, isPrefix: boolean) => {
    const [space, key] = said.includes(":") ? (said.split(":", 2) as [string, string]) : [own ?? "?", said];
    uses.push({ at: name, space, key, isPrefix });
  };
  for (const [, , said] of text.matchAll(/\bt\(\s*(["'])([^"'`]+)\1/g)) use(said ?? "", false);
  for (const [, said] of text.matchAll(/\bi18nKey="([^"]+)"/g)) use(said ?? "", false);
  for (const [, said] of text.matchAll(/\bt\(\s*`([^`$]*)\$\{/g)) use(said ?? "", true);
  for (const [, space, key] of text.matchAll(/["'`]([a-z]+):([\w.-]+)["'`]/gi))
    if (english.has(space ?? "")) use(`${space}:${key}`, false);
  return uses;
}

const uses = sources.flatMap(usesIn);

test("both languages have the same keys", () => {
  expect(flat(textsOf("zh"))).toEqual(flat(english));
});

test("every key that is asked for exists", () => {
  const missing = uses.filter(({ space, key, isPrefix }) => {
    const keys = [...(english.get(space) ?? [])];
    return !keys.some((each) => (isPrefix ? each.startsWith(key) : each === key));
  });
  expect(missing).toEqual([]);
});

test("every key is asked for somewhere", () => {
  const isUsed = (full: string) => {
    const [space, key] = full.split(":", 2) as [string, string];
    return uses.some(
      (use) => use.space === space && (use.isPrefix ? key.startsWith(use.key) : use.key === key),
    );
  };
  const unused = flat(english).filter((full) => !full.startsWith("problems:") && !isUsed(full));
  expect(unused).toEqual([]);
});

test("every rule that has words is a rule of a service, of the gateway or of this client", () => {
  const python = ["shared", "services", "deploy/gateway"].flatMap((place) =>
    readdirSync(join("..", place), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".py"))
      .map((name) => readFileSync(join("..", place, name), "utf8")),
  );
  const own = readFileSync("src/api/problem.ts", "utf8");
  const known = [...python, own].join("\n");
  const unknown = [...(english.get("problems") ?? [])].filter((code) => !known.includes(`"${code}"`));
  expect(unknown).toEqual([]);
});

test("no component holds a sentence of its own", () => {
  const found = sources.filter(({ name }) => name.endsWith(".tsx")).flatMap(sentencesIn);
  expect(found).toEqual([]);
}, 60_000); // reads every component with the compiler: a loaded machine takes its time

function sentencesIn({ name, text }: { name: string; text: string }): string[] {
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    const said = saidBy(node);
    if (said !== null && WORDS.test(said)) found.push(`${name}: ${said.trim()}`);
    if (ts.isStringLiteralLike(node) && CJK.test(node.text)) found.push(`${name}: ${node.text}`);
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
  return found;
}

/** The text that a node would show without asking for it in a language. */
function saidBy(node: ts.Node): string | null {
  if (ts.isJsxText(node)) return node.text;
  if (!ts.isJsxAttribute(node) || !node.initializer) return null;
  return SHOWN_ATTRIBUTES.has(node.name.getText()) && ts.isStringLiteral(node.initializer)
    ? node.initializer.text
    : null;
}
