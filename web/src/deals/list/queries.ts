/** The list of deals: as they are now out of pipeline, as they were at an instant out of analytics, one shape of rows. */
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { analytics, got, pipeline } from "~/api/client";
import type { Analytics } from "~/api/record";
import type { Money } from "~/i18n/useFormat";
import type { DealSummary } from "../queries";
import type { DealSearch } from "../routes";

export interface Row {
  id: string;
  name: string;
  customer: string | null;
  stage: string;
  category: string;
  amount: Money | null;
  expected_close: string | null;
  owner: string | null;
  updated_at: string | null;
}

interface Rows {
  items: Row[];
  page: { next: string | null };
}

export type ListAsked = Omit<DealSearch, "owner"> & { owner?: string | undefined };

const PAGE = 100;

export const dealPages = (asked: ListAsked) =>
  infiniteQueryOptions({
    queryKey: [asked.as_of ? "deals-then" : "deals", "list", asked],
    queryFn: ({ pageParam }) => (asked.as_of ? then(asked, asked.as_of, pageParam) : now(asked, pageParam)),
    initialPageParam: "",
    getNextPageParam: (last) => last.page.next,
    placeholderData: keepPreviousData,
  });

const filled = (query: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== ""));

async function now(asked: ListAsked, cursor: string): Promise<Rows> {
  const { q, owner, team, process, stage, customer, category, sort, expected_from, expected_to } = asked;
  const wanted = { q, owner, team, process, stage, customer, category, sort, limit: PAGE, cursor };
  const days = { expected_close_from: expected_from, expected_close_to: expected_to };
  const { items, page } = await got(
    pipeline.GET("/api/v1/deals", { params: { query: filled({ ...wanted, ...days }) } }),
  );
  return { items: items.map(rowOf), page };
}

async function then(asked: ListAsked, as_of: string, cursor: string): Promise<Rows> {
  const { owner, team, process, stage, customer, category, expected_from, expected_to } = asked;
  const wanted = { owner, team, process, stage, customer, category, expected_from, expected_to };
  const query = filled({ ...wanted, as_of, limit: PAGE, cursor });
  const { items, page } = (await got(
    analytics.GET("/api/v1/reports/deals", { params: { query } }),
  )) as Analytics["Page_CountedDeal_"];
  return { items: items.map(rowThen), page };
}

const rowOf = (deal: DealSummary): Row => ({
  id: deal.id,
  name: deal.name,
  customer: deal.customer_name,
  stage: deal.stage.name,
  category: deal.stage.category,
  amount: deal.amount,
  expected_close: deal.expected_close,
  owner: deal.owner_name,
  updated_at: deal.updated_at,
});

const rowThen = (deal: Analytics["CountedDeal"]): Row => ({
  id: deal.id,
  name: deal.name,
  customer: deal.customer,
  stage: deal.stage,
  category: deal.category,
  amount: deal.amount,
  expected_close: deal.expected_close,
  owner: deal.owner,
  updated_at: null,
});
