/** What is asked of analytics about how a process really runs. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { analytics, customer, fetchAs, got, pipeline, seen } from "~/api/client";
import { problemOf } from "~/api/problem";
import type { Analytics } from "~/api/record";
import { useRefused } from "~/states/useRefused";
import type { Search } from "./routes";

export type ProcessMap = Analytics["ProcessMap"];
export type Activity = ProcessMap["activities"][number];
export type Flow = ProcessMap["flows"][number];
export type Variant = Analytics["Variant"];
export type Overlay = Analytics["Overlay"];
export type Conformance = Analytics["Conformance"];
export type MappedDeal = Analytics["MappedDeal"];

type Given<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

/** Only what is said; the service refuses a parameter without a value. */
const given = <T extends object>(fields: T): Partial<Given<T>> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""),
  ) as Partial<Given<T>>;

/** The filters that every question takes. */
export const filtersOf = ({ version, owner, team, product, source, region, from, to, by }: Search) =>
  given({ version, owner, team, product, source, region, from, to, by: from || to ? by : undefined });

/** Also only those that have gone one way; variants are those of today. */
const onOneWay = (search: Search) => given({ ...filtersOf(search), variant: search.variant });

/** Also as of which instant: the end of a day. */
const pastOf = (search: Search) =>
  search.as_of ? { ...filtersOf(search), as_of: `${search.as_of}T23:59:59Z` } : onOneWay(search);

const at = (id: string) => ({ process_id: id });

export const mapOf = (id: string, search: Search) => {
  const { calendar, activities, paths } = search;
  const query = given({ ...pastOf(search), calendar, activities, paths });
  return queryOptions({
    queryKey: ["deals", "process-map", id, query],
    placeholderData: keepPreviousData,
    queryFn: async () =>
      (await got(
        analytics.GET("/api/v1/process-map/{process_id}", { params: { path: at(id), query } }),
      )) as ProcessMap, // a picture where a format is asked for
  });
};

export const overlayOf = (id: string, search: Search) =>
  queryOptions({
    queryKey: ["deals", "process-overlay", id, onOneWay(search)],
    placeholderData: keepPreviousData,
    queryFn: async () =>
      (await got(
        analytics.GET("/api/v1/process-map/{process_id}/overlay", {
          params: { path: at(id), query: { ...onOneWay(search), format: "json" } },
        }),
      )) as Overlay, // as above
  });

export const variantsOf = (id: string, search: Search, top: number) =>
  queryOptions({
    queryKey: ["deals", "process-variants", id, filtersOf(search), top],
    placeholderData: keepPreviousData,
    queryFn: () =>
      got(
        analytics.GET("/api/v1/process-map/{process_id}/variants", {
          params: { path: at(id), query: { ...filtersOf(search), top } },
        }),
      ),
  });

export const conformanceOf = (id: string, search: Search) =>
  queryOptions({
    queryKey: ["deals", "conformance", id, filtersOf(search)],
    placeholderData: keepPreviousData,
    queryFn: () =>
      got(
        analytics.GET("/api/v1/conformance/{process_id}", {
          params: { path: at(id), query: filtersOf(search) },
        }),
      ),
  });

export const trendOf = (id: string, search: Search) =>
  queryOptions({
    queryKey: ["deals", "conformance-trend", id, filtersOf(search)],
    queryFn: () =>
      got(
        analytics.GET("/api/v1/conformance/{process_id}/trend", {
          params: { path: at(id), query: filtersOf(search) },
        }),
      ),
  });

export const driftOf = (id: string) =>
  queryOptions({
    queryKey: ["deals", "conformance-drift", id],
    queryFn: () => got(analytics.GET("/api/v1/conformance/{process_id}/drift", { params: { path: at(id) } })),
  });

interface DealPage {
  items: MappedDeal[];
  page: { next: string | null };
}

/** The deals behind a number, page by page; `behind`: the parameters that the service gave with the number. */
export const dealsBehind = (id: string, behind: string) =>
  infiniteQueryOptions({
    queryKey: ["deals", "behind-the-map", id, behind],
    initialPageParam: "",
    getNextPageParam: (last: DealPage) => last.page.next,
    queryFn: async ({ pageParam, signal }): Promise<DealPage> => {
      const query = new URLSearchParams(behind);
      query.set("limit", "50");
      if (pageParam) query.set("cursor", pageParam);
      const answer = await fetchAs(`/api/v1/process-map/${id}/deals?${query}`, { signal });
      const body: unknown = await answer.json();
      if (!answer.ok) throw problemOf(answer, body);
      return body as DealPage;
    },
  });

/** The parameters of the list that a number leads to. */
export const behindOf = (drill: string): string => drill.slice(drill.indexOf("?") + 1);

interface Acceptance {
  violation: string;
  reason: string;
  /** Whether it is to be a deviation again. */
  withdraw: boolean;
}

/** Count a violation as right from now on, or as a deviation again. */
export function useAcceptance(id: string) {
  const client = useQueryClient();
  const refused = useRefused();
  return useMutation({
    mutationFn: ({ violation, reason, withdraw }: Acceptance) =>
      withdraw ? withdrawn(id, violation, reason) : accepted(id, violation, reason),
    onError: refused,
    onSettled: () => client.invalidateQueries({ queryKey: ["deals"] }),
  });
}

const accepted = (id: string, violation: string, reason: string) =>
  got(
    analytics.POST("/api/v1/conformance/{process_id}/accepted-deviations", {
      params: { path: at(id) },
      body: { violation, reason },
    }),
  );

async function withdrawn(id: string, violation: string, reason: string) {
  const path = "/api/v1/conformance/{process_id}/accepted-deviations";
  const known = await got(analytics.GET(path, { params: { path: at(id) } }));
  const found = known.find((each) => each.violation === violation);
  if (!found) return null;
  return got(
    analytics.POST(`${path}/{accepted_id}/withdraw`, {
      params: { path: { process_id: id, accepted_id: found.id }, header: seen(found) },
      body: { reason },
    }),
  );
}

export const owners = queryOptions({
  queryKey: ["people", "for-the-map"],
  staleTime: 300_000,
  queryFn: async () =>
    (await got(customer.GET("/api/v1/people", { params: { query: { limit: 200 } } }))).items,
});

export const products = queryOptions({
  queryKey: ["products", "for-the-map"],
  staleTime: 300_000,
  queryFn: async () =>
    (await got(pipeline.GET("/api/v1/products", { params: { query: { limit: 200 } } }))).items,
});
