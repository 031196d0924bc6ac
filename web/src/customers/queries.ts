/** What the customers' views ask, and the changes they make. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { customer, got, pipeline, seen } from "~/api/client";
import { type Change, withRecord } from "~/api/optimistic";
import { given, onward, whole } from "~/api/pages";
import type { Customer, Pipeline } from "~/api/record";
import type { Fields } from "~/facts/useCorrection";

export type CustomerRecord = Customer["CustomerView"];
export type Contact = Customer["ContactView"];
export type DealRow = Pipeline["DealSummary"];
export type Sort = "name" | "-name" | "created_at" | "-created_at" | "updated_at" | "-updated_at";

export interface CustomerSearch {
  q?: string | undefined;
  owner?: string | undefined;
  team?: string | undefined;
  kind?: "company" | "person" | undefined;
  industry?: string | undefined;
  region?: string | undefined;
  status?: "active" | "archived" | "all" | "deleted" | undefined;
  sort?: Sort | undefined;
}

const PAGE = 100;
const ARCHIVED = { active: false, archived: true, all: undefined, deleted: undefined } as const;

export const customerPages = ({
  q,
  owner,
  team,
  status = "active",
  sort = "name",
  ...plain
}: CustomerSearch) =>
  infiniteQueryOptions({
    queryKey: ["customers", "list", { q, owner, team, status, sort, ...plain }],
    queryFn: ({ pageParam }) => {
      const filters = { q, owner_id: owner, team, archived: ARCHIVED[status], deleted: status === "deleted" };
      const query = given({ ...plain, ...filters, sort, limit: PAGE, cursor: pageParam });
      return got(customer.GET("/api/v1/customers", { params: { query } }));
    },
    ...onward,
  });

export const oneCustomer = (customer_id: string) =>
  queryOptions({
    queryKey: ["customers", "one", customer_id],
    queryFn: () => fresh(customer_id),
  });

export const fresh = (customer_id: string): Promise<CustomerRecord> =>
  got(customer.GET("/api/v1/customers/{customer_id}", { params: { path: { customer_id } } }));

/** Customers whose names contain the text: what could be the same one, or the one to link to. */
export const customersNamed = (q: string) =>
  queryOptions({
    queryKey: ["customers", "named", q],
    enabled: q.trim().length > 1,
    queryFn: () =>
      got(customer.GET("/api/v1/customers", { params: { query: { q: q.trim(), limit: 5 } } })).then(
        ({ items }) => items,
      ),
  });

export const contactsOf = (customer_id: string) =>
  queryOptions({
    queryKey: ["contacts", "of", customer_id],
    queryFn: () =>
      whole((cursor) => {
        const params = { path: { customer_id }, query: given({ limit: 200, cursor }) };
        return got(customer.GET("/api/v1/customers/{customer_id}/contacts", { params }));
      }),
  });

export const dealsOf = (id: string) =>
  queryOptions({
    queryKey: ["deals", "of-customer", id],
    queryFn: () =>
      whole<DealRow>((cursor) =>
        got(
          pipeline.GET("/api/v1/deals", { params: { query: given({ customer: id, limit: 200, cursor }) } }),
        ),
      ),
  });

export interface Wish {
  base: CustomerRecord;
  fields: Fields;
}

const path = (base: { id: string }) => ({ customer_id: base.id });

/** Other values for some fields; shows at once. */
export const correction: Change<Wish, { version: number }> = {
  thing: "customer",
  roots: ["customers"],
  alsoStale: ["timeline"],
  id: ({ base }) => base.id,
  version: ({ base }) => base.version,
  show: (data, { base, fields }) => withRecord(data, base.id, (record) => ({ ...record, ...fields })),
  write: ({ base, fields }, version) => {
    const params = { path: path(base), header: seen(version) };
    // a merge patch names some fields only; the description's defaults make its type ask for all of them
    return got(
      customer.PATCH("/api/v1/customers/{customer_id}", { params, body: fields as never }),
    ) as Promise<Written>;
  },
};

export interface Written {
  id: string;
  version: number;
}

export type Deed = "archive" | "unarchive" | "restore" | "delete" | { assign: string | null };

/** Give to somebody, put aside, take up again, delete, bring back. */
export function done(base: { id: string; version: number }, deed: Deed): Promise<Written> {
  const params = { path: path(base), header: seen(base) };
  if (typeof deed === "object")
    return got(
      customer.POST("/api/v1/customers/{customer_id}/assign", { params, body: { owner_id: deed.assign } }),
    ) as Promise<Written>;
  switch (deed) {
    case "archive":
      return got(customer.POST("/api/v1/customers/{customer_id}/archive", { params })) as Promise<Written>;
    case "unarchive":
      return got(customer.POST("/api/v1/customers/{customer_id}/unarchive", { params })) as Promise<Written>;
    case "restore":
      return got(customer.POST("/api/v1/customers/{customer_id}/restore", { params })) as Promise<Written>;
    case "delete":
      return got(customer.DELETE("/api/v1/customers/{customer_id}", { params })) as Promise<Written>;
  }
}
