/** Metrics of the whole company: their formulas by version, values by month, and how a formula becomes another. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { analytics, got, seen } from "~/api/client";
import type { Analytics } from "~/api/record";
import { useCorrection, type Versioned } from "~/facts/useCorrection";
import { useRefused } from "~/states/useRefused";

export type Metric = Analytics["MetricView"];
export type FormulaVersion = Analytics["FormulaVersion"];

const ALL = 200;

export const metrics = queryOptions({
  queryKey: ["metrics", "list"],
  queryFn: async () =>
    (await got(analytics.GET("/api/v1/metrics", { params: { query: { limit: ALL } } }))).items,
});

export const baseCounts = queryOptions({
  queryKey: ["metrics", "base-counts"],
  queryFn: () => got(analytics.GET("/api/v1/metrics/base-counts")),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The live version (left) beside another (right), month by month over all processes. */
export const comparedVersions = (key: string, left: number, right: number) =>
  queryOptions({
    queryKey: ["metrics", "comparison", key, left, right],
    queryFn: () =>
      got(
        analytics.GET("/api/v1/metrics/{key}/comparison", {
          params: { path: { key }, query: { left, right } },
        }),
      ),
  });

const newest = (key: string): Promise<Metric> =>
  got(analytics.GET("/api/v1/metrics/{key}", { params: { path: { key } } }));

export interface NewMetric {
  key: string;
  name: string;
  name_zh: string;
  formula: string;
  reason: string;
}

export function useDefineMetric() {
  const client = useQueryClient();
  const refused = useRefused();
  return useMutation({
    mutationFn: (body: NewMetric) => got(analytics.POST("/api/v1/metrics", { body })),
    onError: refused,
    onSettled: () => client.invalidateQueries({ queryKey: ["metrics"] }),
  });
}

/** What two people may change of a metric at once: its newest formula, which version is live, how one stands. */
interface Seen extends Versioned {
  formula: string;
  live: number;
  stand: string | undefined;
}

function seenOf({ key, version, live, versions }: Metric, about: number): Seen {
  const stand = versions.find(({ number }) => number === about)?.stand;
  return { id: key, version, formula: versions.at(-1)?.formula ?? "", live, stand };
}

type Wish = Partial<Pick<Seen, "formula" | "live" | "stand">> & { reason?: string };

/** Change a metric, or its version `about`; where somebody else did meanwhile, the reader chooses. */
export function useMetricChange(metric: Metric, about: number) {
  const client = useQueryClient();
  const refused = useRefused();
  const correction = useCorrection<Seen>({
    change: ({ base, fields }) => written(base, about, fields as Wish),
    fresh: async (key) => seenOf(await newest(key), about),
  });
  const { mutate, isPending } = useMutation({
    mutationFn: (wish: Wish) => correction.save(seenOf(metric, about), wish),
    onError: refused,
    onSettled: () => client.invalidateQueries({ queryKey: ["metrics"] }),
  });
  const { mutate: choose } = useMutation({
    mutationFn: correction.choose,
    onError: refused,
    onSettled: () => client.invalidateQueries({ queryKey: ["metrics"] }),
  });
  const { conflicts, cancel } = correction;
  return { change: mutate, isPending, conflicts, choose, cancel };
}

/** By what is to be otherwise; a reason alone is left where the other's change was kept. */
async function written(
  base: Seen,
  version: number,
  { formula, live, stand, reason = "" }: Wish,
): Promise<unknown> {
  const params = { path: { key: base.id }, header: seen(base) };
  const decided = { params, body: { version, reason } };
  if (formula !== undefined)
    return got(analytics.POST("/api/v1/metrics/{key}/redefine", { params, body: { formula, reason } }));
  if (live !== undefined) return got(analytics.POST("/api/v1/metrics/{key}/swap", decided));
  if (stand === "dropped") return got(analytics.POST("/api/v1/metrics/{key}/drop", decided));
  if (stand === "rebuilt")
    return got(analytics.POST("/api/v1/metrics/{key}/rebuild", { params, body: { version } }));
  return null;
}
