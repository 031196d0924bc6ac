import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { optionsOf } from "./kind";
import { KINDS, kindOf } from "./kinds";

interface Parameter {
  name?: string;
  schema?: { enum?: string[]; items?: unknown; anyOf?: { enum?: string[] }[] };
}

const { paths } = JSON.parse(readFileSync("../docs/openapi/analytics.json", "utf8"));
const parametersOf = (report: string): Parameter[] => paths[`/api/v1/reports/${report}`].get.parameters;
const valuesOf = ({ schema }: Parameter): string[] | undefined =>
  schema?.enum ?? schema?.anyOf?.find((one) => one.enum)?.enum;

const REPORTS = KINDS.filter(({ key }) => key !== "conformance");

test.each(REPORTS)("$key offers what the API takes, and all by which it can be grouped", (kind) => {
  const taken = new Map(parametersOf(kind.key).map((one) => [one.name, valuesOf(one)]));
  for (const [name, offered] of Object.entries(kind.options))
    expect([...offered].sort()).toEqual([...(taken.get(name) ?? [])].sort());
  expect(kind.options.group_by === undefined).toBe(!taken.has("group_by"));
  expect(kind.days.includes("close")).toBe(taken.has("close_from"));
  expect(kind.days.includes("rates")).toBe(taken.has("rates"));
  expect(kind.days.includes("accuracy_at")).toBe(taken.has("accuracy_at"));
});

test("a snapshot is not grouped by months", () => {
  const funnel = kindOf("funnel");
  expect(funnel && optionsOf(funnel, {}).group_by).toContain("month");
  expect(funnel && optionsOf(funnel, { kind: "snapshot" }).group_by).not.toContain("month");
});
