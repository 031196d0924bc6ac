/** Saved reports: what is asked of analytics, and what can be done with them. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { analytics, got, seen } from "~/api/client";
import type { Analytics } from "~/api/record";
import { useRefused } from "~/states/useRefused";
import type { Asked } from "../search";

export type SavedReport = Analytics["SavedReportView"];
export type Grant = Analytics["Grant"];
export type SharedWith = Analytics["SharedWith"];

const ALL = 200;
export const savedKey = ["saved-reports"] as const;

export const savedReports = queryOptions({
  queryKey: savedKey,
  queryFn: async () =>
    (await got(analytics.GET("/api/v1/saved-reports", { params: { query: { limit: ALL } } }))).items,
});

function useSavedChange<Wish>(write: (wish: Wish) => Promise<unknown>) {
  const client = useQueryClient();
  const refused = useRefused();
  return useMutation({
    mutationFn: write,
    onError: refused,
    onSettled: () => client.invalidateQueries({ queryKey: savedKey }),
  });
}

export interface Kept {
  name: string;
  report: string;
  filters: Asked;
  shared: boolean;
}

const mutable = (asked: Asked): Record<string, string[]> =>
  Object.fromEntries(Object.entries(asked).map(([name, values]) => [name, [...values]]));

export const useSaveReport = () =>
  useSavedChange(({ filters, ...kept }: Kept) =>
    got(analytics.POST("/api/v1/saved-reports", { body: { ...kept, filters: mutable(filters) } })),
  );

const of = (one: SavedReport) => ({ path: { report_id: one.id }, header: seen(one) });

export const useRenameReport = () =>
  useSavedChange(({ one, name }: { one: SavedReport; name: string }) =>
    got(analytics.POST("/api/v1/saved-reports/{report_id}/rename", { params: of(one), body: { name } })),
  );

export const useChangeFilters = () =>
  useSavedChange(({ one, filters }: { one: SavedReport; filters: Asked }) =>
    got(
      analytics.POST("/api/v1/saved-reports/{report_id}/change-filters", {
        params: of(one),
        body: { filters: mutable(filters) },
      }),
    ),
  );

export const useDeleteReport = () =>
  useSavedChange((one: SavedReport) =>
    got(analytics.DELETE("/api/v1/saved-reports/{report_id}", { params: of(one) })),
  );

export const useShareReport = () =>
  useSavedChange(({ one, grant }: { one: SavedReport; grant: Grant }) =>
    got(analytics.POST("/api/v1/saved-reports/{report_id}/share", { params: of(one), body: grant })),
  );

export const useUnshareReport = () =>
  useSavedChange(({ one, share }: { one: SavedReport; share: SharedWith }) =>
    got(
      analytics.POST("/api/v1/saved-reports/{report_id}/unshare", {
        params: of(one),
        body: { kind: share.kind, id: share.id },
      }),
    ),
  );
