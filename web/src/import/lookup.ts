/** What the names in a file stand for: our people, customers, and the process that deals begin in. */
import { customer, got, pipeline } from "~/api/client";
import { given, whole } from "~/api/pages";
import type { Person } from "~/people/queries";
import { folded, type Lookup, type Row } from "./plan";

const TOGETHER = 50; // names in one address

export interface Known {
  people: readonly Person[];
  processId: string | null;
  currency: string;
}

/** Looks up the customers that the file names; they are as many requests as there are fifties of names. */
export async function lookedUp(
  mapping: readonly (string | null)[],
  rows: readonly Row[],
  known: Known,
): Promise<Lookup> {
  const { people, processId, currency } = known;
  const at = mapping.findIndex((field) => field === "customer" || field === "parent");
  const names = at < 0 ? [] : [...new Set(rows.map(({ cells }) => (cells[at] ?? "").trim()).filter(Boolean))];
  const customers: (readonly [string, string])[] = [];
  for (let from = 0; from < names.length; from += TOGETHER)
    customers.push(...(await customersOf(names.slice(from, from + TOGETHER))));
  const active = people.filter((person) => person.active).map(({ name, id }) => [name, id] as const);
  return { people: idsByName(active), customers: idsByName(customers), processId, currency };
}

async function customersOf(name: string[]): Promise<(readonly [string, string])[]> {
  const found = await whole<{ id: string; name: string }>((cursor) =>
    got(customer.GET("/api/v1/customers", { params: { query: given({ name, limit: 200, cursor }) } })),
  );
  return found.map((each) => [each.name, each.id] as const);
}

function idsByName(pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, id] of pairs) found.set(folded(name), [...(found.get(folded(name)) ?? []), id]);
  return found;
}

/** The processes that a deal can begin in: those with a published version. */
export const processesToImportInto = {
  queryKey: ["processes", "for-import"],
  queryFn: () =>
    whole<{ id: string; name: string; published_version?: number | null }>((cursor) =>
      got(pipeline.GET("/api/v1/processes", { params: { query: given({ limit: 200, cursor }) } })),
    ),
};
