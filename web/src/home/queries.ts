/** What the start page asks: my customers and my open deals, those that were touched last. */
import { queryOptions } from "@tanstack/react-query";
import { customer, got, pipeline } from "~/api/client";
import type { Customer, Pipeline } from "~/api/record";

export type CustomerRow = Customer["CustomerView"];
export type DealRow = Pipeline["DealSummary"];

const MOST = 6;

export const myCustomers = (owner_id: string) =>
  queryOptions({
    queryKey: ["customers", "home", owner_id],
    enabled: owner_id !== "",
    queryFn: () => {
      const query = { owner_id, archived: false, sort: "-updated_at", limit: MOST } as const;
      return got(customer.GET("/api/v1/customers", { params: { query } })).then(({ items }) => items);
    },
  });

export const myDeals = (owner: string) =>
  queryOptions({
    queryKey: ["deals", "home", owner],
    enabled: owner !== "",
    queryFn: () => {
      const query = { owner, category: "open", sort: "-updated_at", limit: MOST } as const;
      return got(pipeline.GET("/api/v1/deals", { params: { query } })).then(({ items }) => items);
    },
  });
