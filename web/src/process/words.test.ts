/** What the service can say about a drawing has words in both languages, and what it knows can be chosen. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Problem } from "~/api/problem";
import english from "~/i18n/en/drawing.json";
import { foundIn } from "./found";
import { offeredTo } from "./ReviewSteps";
import { lastQuarter, untilNow } from "./tryingOut";
import { fittingRow, GUARD_FIELDS, operatorsOf, REQUIRABLE } from "./vocabulary";

const DOMAIN = "../services/pipeline/domain/sales_process";
const source = (name: string) => readFileSync(`${DOMAIN}/${name}`, "utf8");

test("every finding of the service has words", () => {
  const lint = readdirSync(DOMAIN).filter((name) => name.startsWith("lint"));
  const codes = lint.flatMap((name) =>
    [...source(name).matchAll(/Finding\(\s*"([a-z-]+)"/g)].map(([, code]) => code),
  );
  const missing = codes.filter((code) => !(`${code}` in english.finding));
  expect(codes.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});

test("the fields of guards and of requirements are those of the service", () => {
  const facts = /FIELDS: [^{]+\{([^}]+)\}/.exec(source("guard_facts.py"))?.[1] ?? "";
  const known = [...facts.matchAll(/"(\w+)": "/g)].map(([, name]) => name);
  expect(Object.keys(GUARD_FIELDS).sort()).toEqual(known.sort());
  const required = /REQUIRABLE = \(([^)]+)\)/.exec(source("fields.py"))?.[1] ?? "";
  expect([...REQUIRABLE].sort()).toEqual([...required.matchAll(/"(\w+)"/g)].map(([, name]) => name).sort());
});

test("a row is put right when its field or operator is chosen anew", () => {
  expect(fittingRow({ field: "amount", operator: "contains", value: "5" })).toEqual({
    field: "amount",
    operator: ">=",
    value: "5",
  });
  expect(fittingRow({ field: "source", operator: "in", value: "web" }).value).toEqual(["web"]);
  expect(fittingRow({ field: "source", operator: "is_set", value: "web" }).value).toBeNull();
  expect(fittingRow({ field: "has_owner", operator: "=", value: "" }).value).toBe("true");
  expect(operatorsOf("has_owner")).toEqual(["=", "!="]);
});

test("a refused shape leads to the element it is about", () => {
  const stage = { key: "a" };
  const drawing = { stages: [stage], decisions: [], moves: [{ from_stage: "a", to_stage: "b" }], notes: [] };
  const errors = ["/stages/0/name", "/moves/0/guard", "/nothing/7"].map((pointer) => ({
    pointer,
    code: "short",
    detail: "short",
  }));
  const found = foundIn(new Problem(422, { errors }), drawing as never);
  expect(found.map(({ element }) => element)).toEqual(["a", "a->b", null]);
});

test("an author withdraws, somebody else approves or sends back", () => {
  const reviewer = { designs: false, reviews: true, author: false };
  expect(offeredTo("in_review", reviewer)).toEqual(["publish", "return"]);
  expect(offeredTo("in_review", { ...reviewer, author: true })).toEqual(["withdraw"]);
  expect(offeredTo("in_review", { ...reviewer, reviews: false })).toEqual([]);
  expect(offeredTo("draft", reviewer)).toEqual([]);
});

test("a trial begins with the last quarter and ends with its last day", () => {
  expect(lastQuarter(new Date("2026-02-03T10:00:00Z"))).toEqual(["2025-10-01", "2026-02-03"]);
  expect(untilNow("2026-02-28")).toBe("2026-03-01T00:00:00.000Z");
});
