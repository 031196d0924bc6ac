/** Metrics of the whole company: their formulas by version, values by month, and how a formula becomes another. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { analytics, got, seen } from "~/api/client";
import type { Analytics } from "~/api/record";
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

function useMetricChange<Wish>(write: (wish: Wish) => Promise<unknown>) {
  const client = useQueryClient();
  const refused = useRefused();
  return useMutation({
    mutationFn: write,
    onError: refused,
    onSettled: () => client.invalidateQueries({ queryKey: ["metrics"] }),
  });
}

const of = (metric: Metric) => ({ path: { key: metric.key }, header: seen(metric) });

export interface NewMetric {
  key: string;
  name: string;
  name_zh: string;
  formula: string;
  reason: string;
}

export const useDefineMetric = () =>
  useMetricChange((body: NewMetric) => got(analytics.POST("/api/v1/metrics", { body })));

export const useRedefineMetric = () =>
  useMetricChange(({ metric, ...body }: { metric: Metric; formula: string; reason: string }) =>
    got(analytics.POST("/api/v1/metrics/{key}/redefine", { params: of(metric), body })),
  );

export const useRebuildMetric = () =>
  useMetricChange(({ metric, version }: { metric: Metric; version: number }) =>
    got(analytics.POST("/api/v1/metrics/{key}/rebuild", { params: of(metric), body: { version } })),
  );

export const useSwapMetric = () =>
  useMetricChange(({ metric, ...body }: { metric: Metric; version: number; reason: string }) =>
    got(analytics.POST("/api/v1/metrics/{key}/swap", { params: of(metric), body })),
  );

export const useDropVersion = () =>
  useMetricChange(({ metric, ...body }: { metric: Metric; version: number; reason: string }) =>
    got(analytics.POST("/api/v1/metrics/{key}/drop", { params: of(metric), body })),
  );
