/** What reports ask: answers by their address, what numbers are called, what can be chosen, what is behind a number. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { analytics, fetchAs, got, pipeline } from "~/api/client";
import { problemOf } from "~/api/problem";
import type { Analytics } from "~/api/record";
import { isDrill, parted } from "./drills";
import type { Answer } from "./rows";
import { Vocabulary } from "./vocabulary";

const PAGE = 50;
const ALL = 200;
const A_MINUTE = 60_000;
const AN_HOUR = 3_600_000;

/** A GET of this origin whose answer's shape depends on the report. */
async function answered<T>(address: string, signal: AbortSignal): Promise<T> {
  const response = await fetchAs(address, { signal });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problemOf(response, body);
  return body as T;
}

/** A report's answer; the one before stays until the next is there. */
export const answerAt = (address: string, enabled = true) =>
  queryOptions({
    queryKey: ["reports", "answer", address],
    queryFn: ({ signal }) => answered<Answer>(address, signal),
    placeholderData: (before) => before,
    refetchInterval: A_MINUTE,
    enabled,
  });

export interface Difference {
  measure: string;
  current: string | null;
  compared: string | null;
  difference: string | null;
  relative: string | null;
}

export interface Comparison {
  current: { first_day: string; last_day: string; answer: Answer };
  compared: { first_day: string; last_day: string; answer: Answer };
  differences: {
    table: string;
    rows: {
      about: Readonly<Record<string, string | null>>;
      differences: Readonly<Record<string, Difference>>;
    }[];
  }[];
}

export const vocabulary = queryOptions({
  queryKey: ["vocabulary"],
  queryFn: async () => {
    const [measures, dimensions] = await Promise.all([
      got(analytics.GET("/api/v1/measures")),
      got(analytics.GET("/api/v1/dimensions")),
    ]);
    return new Vocabulary(measures, dimensions);
  },
  staleTime: Number.POSITIVE_INFINITY,
  structuralSharing: false,
});

export const choices = queryOptions({
  queryKey: ["reports", "choices"],
  queryFn: () => got(analytics.GET("/api/v1/reports/choices")),
  staleTime: AN_HOUR,
});

export interface Named {
  id: string;
  name: string;
}

const named = (key: string, ask: () => Promise<{ items: readonly Named[] }>) =>
  queryOptions({
    queryKey: [key, "names"],
    queryFn: async () => (await ask()).items.map(({ id, name }): Named => ({ id, name })),
    staleTime: AN_HOUR,
  });

const limit = { params: { query: { limit: ALL } } };
export const processNames = named("processes", () => got(pipeline.GET("/api/v1/processes", limit)));
export const productNames = named("products", () => got(pipeline.GET("/api/v1/products", limit)));
export type NumberExplained = Analytics["NumberExplained"];
export type PartBehind = NumberExplained["items"][number];
export type CountedDeal = Analytics["CountedDeal"];
export type BarDeal = Analytics["BarDeal"];
export type BarEvent = Analytics["BarEvent"];

/** A number of a report: what it is, and page by page the deals and events that it is made of. */
export const numberBehind = (drill: string, measure: string) =>
  listed<NumberExplained>(`/api/v1/explain/number?${parted(drill).asked}&measure=${measure}`);

export const dealsBehind = (drill: string) =>
  listed<{ items: CountedDeal[]; page: { next: string | null } }>(drill);
export const barDeals = (drill: string) => listed<{ items: BarDeal[]; page: { next: string | null } }>(drill);
export const barEvents = (drill: string) =>
  listed<{ items: BarEvent[]; page: { next: string | null } }>(
    drill.replace("/waterfall/bar?", "/waterfall/events?"),
  );

function listed<T extends { page: { next: string | null } }>(address: string) {
  return infiniteQueryOptions({
    queryKey: ["reports", "behind", address],
    queryFn: ({ pageParam, signal }) => {
      const next = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : "";
      return answered<T>(`${address}&limit=${PAGE}${next}`, signal);
    },
    initialPageParam: "",
    getNextPageParam: (last: T) => last.page.next,
    enabled: isDrill(address) || address.startsWith("/api/v1/explain/number?"),
  });
}

export const ASPECTS = ["stage", "amount", "owner", "expected_close", "forecast"] as const;
export type Aspect = (typeof ASPECTS)[number];

/** Why something about a deal is as it is: the chain of events that made it so. */
export const whyDeal = (id: string, aspect: Aspect) =>
  queryOptions({
    queryKey: ["reports", "why", id, aspect],
    queryFn: () =>
      got(
        analytics.GET("/api/v1/explain/deals/{deal_id}/{aspect}", {
          params: { path: { deal_id: id, aspect } },
        }),
      ),
  });

/** A file of the same question, named after the report. */
export async function download(address: string, format: "csv" | "xlsx", name: string): Promise<void> {
  const response = await fetchAs(`${address}${address.includes("?") ? "&" : "?"}format=${format}`);
  if (!response.ok) throw problemOf(response, await response.json().catch(() => null));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = `${name}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), A_MINUTE);
}
