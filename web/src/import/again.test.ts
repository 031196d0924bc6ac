/** Importing the same rows again, and taking back what an import made, against a service that keeps what it was sent. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { BatchResult } from "~/api/batch";
import { type Lookup, planned, type Row } from "./plan";
import { tried, written } from "./run";
import { type Command, SENDERS } from "./sending";
import { madeBy, takenBack, wayFor } from "./undo";

const lookup: Lookup = { people: new Map(), customers: new Map(), processId: null, currency: "CNY" };
const rows: Row[] = [
  { number: 2, cells: ["Acme"] },
  { number: 3, cells: ["Globex"] },
];
const plan = (rounds: ReadonlyMap<number, number>) => planned("customers", ["name"], rows, lookup, rounds);
const ignore = () => {};

/** Customers by id: their version, null once they are deleted. */
let kept: Map<string, number | null>;

const refused = (status: number, code: string) => ({ status, problem: { code } });

function answered({ command, id, if_match }: Command): Omit<BatchResult, "index"> {
  const version = kept.get(String(id));
  if (command === "create-customer")
    return version === undefined
      ? { status: 201, id: String(id), version: 1 }
      : refused(409, "customer-exists");
  if (typeof version !== "number") return refused(404, "customer-not-found");
  if (if_match !== undefined && if_match !== version) return refused(412, "version-conflict");
  return { status: 200, id: String(id), version: version + 1 };
}

beforeEach(() => {
  kept = new Map();
  vi.spyOn(SENDERS, "customers").mockImplementation(async (commands, dryRun) =>
    commands.map((command, index) => {
      const answer = { index, ...answered(command) };
      if (!dryRun && answer.id) kept.set(answer.id, command["command"] === "delete-customer" ? null : 1);
      return answer;
    }),
  );
});
afterEach(() => void vi.restoreAllMocks());

const imported = async (anew = false) =>
  written("customers", await tried("customers", plan, anew, ignore), ignore);

test("rows that were imported before are told so, and make nothing twice", async () => {
  expect(madeBy(await imported())).toHaveLength(2);
  const again = await imported();
  expect(again.map(({ before }) => before)).toEqual(["there", "there"]);
  expect(madeBy(again)).toEqual([]);
  expect(kept.size).toBe(2);
});

test("what an import made is taken back, except what somebody has changed since", async () => {
  const made = madeBy(await imported());
  kept.set(made[1]?.id ?? "", 2);
  const told = await takenBack("customers", "delete", made, ignore);
  expect(told).toEqual({ way: "delete", taken: 1, changed: 1, refused: 0 });
  expect([...kept.values()]).toEqual([null, 2]);
});

test("rows whose things are gone make new ones only where that is wished", async () => {
  await takenBack("customers", "delete", madeBy(await imported()), ignore);
  const again = await imported();
  expect(again.map(({ before }) => before)).toEqual(["gone", "gone"]);
  expect(kept.size).toBe(2);
  expect(madeBy(await imported(true))).toHaveLength(2);
  expect(kept.size).toBe(4);
});

test("who may not delete can put customers aside, and take nothing else back", () => {
  expect(wayFor("customers", false)).toBe("archive");
  expect(wayFor("deals", false)).toBeNull();
  expect(wayFor("contacts", true)).toBe("delete");
});
