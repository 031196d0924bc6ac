import { expect, test } from "vitest";
import { amountOf, dayOf, numberOf } from "./cells";
import { guessed } from "./kinds";
import { type Lookup, planned, type Row } from "./plan";
import { outcomesOf } from "./run";

const lookup: Lookup = {
  people: new Map([
    ["anna", ["p1"]],
    ["twins", ["p2", "p3"]],
  ]),
  customers: new Map([["acme", ["c1"]]]),
  processId: "process",
  currency: "CNY",
};
const rowsOf = (...rows: string[][]): Row[] => rows.map((cells, at) => ({ number: at + 2, cells }));

test("headings are known in both languages, and a field is taken once", () => {
  expect(guessed("customers", ["客户名称", "负责人", "所属行业", "备注", "Name"])).toEqual([
    "name",
    "owner",
    "industry",
    null,
    null,
  ]);
  expect(guessed("deals", ["Opportunity", "Account", "Close_Value"])).toEqual(["name", "customer", "amount"]);
});

test("cells are understood or refused, never guessed", () => {
  expect(amountOf("¥1,234.50")).toBe("1234.50");
  expect(amountOf("1,5")).toBeNull();
  expect(numberOf("12")).toBe(12);
  expect(numberOf("1.5")).toBeNull();
  expect(dayOf("2026年1月31日")).toBe("2026-01-31");
  expect(dayOf("2026/2/30")).toBeNull();
  expect(dayOf("03/04/2026")).toBeNull();
});

test("a row becomes a command, or says what is wrong with which of its cells", async () => {
  const mapping = ["name", "owner", "annual_revenue", "parent"];
  const rows = rowsOf(["Acme Süd", "Anna", "1,000", "ACME"], ["", "Twins", "much", "Nobody"]);
  const [good, bad] = await planned("customers", mapping, rows, lookup);
  const money = { amount: "1000", currency: "CNY" };
  expect(good?.commands[0]).toMatchObject({
    command: "create-customer",
    name: "Acme Süd",
    owner_id: "p1",
    parent_id: "c1",
    annual_revenue: money,
  });
  expect(bad?.commands).toEqual([]);
  expect(bad?.faults).toEqual([
    { field: "name", code: "missing" },
    { field: "owner", code: "several-person" },
    { field: "annual_revenue", code: "no-amount" },
    { field: "parent", code: "no-customer" },
  ]);
});

test("the same row of the same file always has the same id and key, equal rows differ", async () => {
  const twice = rowsOf(["Acme"], ["Acme"]);
  const first = await planned("customers", ["name"], twice, lookup);
  const second = await planned("customers", ["name"], twice, lookup);
  expect(second).toEqual(first);
  const ids = first.map(({ commands }) => commands[0]?.["id"]);
  expect(new Set(ids).size).toBe(2);
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("a contact with a customer is two commands, and what is wrong with either is wrong with the row", async () => {
  const rows = await planned(
    "contacts",
    ["name", "customer"],
    rowsOf(["Wang", "Acme"], ["Li", "Nobody"]),
    lookup,
  );
  expect(rows.map(({ commands }) => commands.length)).toEqual([2, 0]);
  expect(rows[1]?.faults).toEqual([{ field: "customer", code: "no-customer" }]);
  const errors = [{ pointer: "/commands/1/role", code: "too-long", detail: "Too long." }];
  const outcomes = outcomesOf(rows, [
    { index: 0, status: 201, id: "x" },
    { index: 1, status: 422, problem: { code: "validation-failed", errors } },
  ]);
  expect(outcomes[0]).toMatchObject({ id: null, faults: [{ field: "role", detail: "Too long." }] });
});
