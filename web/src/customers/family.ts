/** The tree a customer stands in: those above it, and its subsidiaries level by level. */
import { queryOptions } from "@tanstack/react-query";
import { customer, got } from "~/api/client";
import { given, whole } from "~/api/pages";
import { Problem } from "~/api/problem";
import { type CustomerRecord, fresh } from "./queries";

const HIGHEST = 20; // levels that are climbed; no group of companies has more

/** Those above, the topmost first; it ends below the first that the reader may not see. */
export const customersAbove = (parent: string | null) =>
  queryOptions({
    queryKey: ["customers", "above", parent],
    queryFn: () => climbed(parent, []),
  });

async function climbed(id: string | null, below: readonly CustomerRecord[]): Promise<CustomerRecord[]> {
  const known = below.some((each) => each.id === id); // a circle that two people closed at the same moment
  const found = id === null || known || below.length === HIGHEST ? null : await visible(id);
  return found ? climbed(found.parent_id, [found, ...below]) : [...below];
}

async function visible(id: string): Promise<CustomerRecord | null> {
  try {
    return await fresh(id);
  } catch (fault) {
    if (fault instanceof Problem && fault.isNotFound) return null;
    throw fault;
  }
}

/** The customers that stand directly below this one, by name. */
export const subsidiariesOf = (parent_id: string) =>
  queryOptions({
    queryKey: ["customers", "below", parent_id],
    queryFn: () =>
      whole<CustomerRecord>((cursor) =>
        got(
          customer.GET("/api/v1/customers", {
            params: { query: given({ parent_id, sort: "name" as const, limit: 200, cursor }) },
          }),
        ),
      ),
  });
