/** Dashboards: those that come with Flowline and those that people made; what can be done with them. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { analytics, got, seen } from "~/api/client";
import { type Change, withRecord } from "~/api/optimistic";
import type { Analytics } from "~/api/record";
import type { Grant, SharedWith } from "~/reports/saved/queries";
import { useRefused } from "~/states/useRefused";

export type Dashboard = Analytics["DashboardView"];
export type DefaultDashboard = Analytics["DefaultView"];
export type Tile = Analytics["TileView"];
export type TileBody = Analytics["TileBody"];

const ALL = 200;
export const dashboardsKey = ["dashboards"] as const;

export const defaultDashboards = queryOptions({
  queryKey: ["dashboards", "defaults"],
  queryFn: () => got(analytics.GET("/api/v1/dashboards/defaults")),
});

export const dashboards = (deleted: boolean) =>
  queryOptions({
    queryKey: ["dashboards", "list", { deleted }],
    queryFn: async () =>
      (await got(analytics.GET("/api/v1/dashboards", { params: { query: { limit: ALL, deleted } } }))).items,
  });

export const oneDashboard = (id: string) =>
  queryOptions({
    queryKey: ["dashboards", "one", id],
    queryFn: () =>
      got(analytics.GET("/api/v1/dashboards/{dashboard_id}", { params: { path: { dashboard_id: id } } })),
  });

const of = (one: { id: string; version: number }) => ({ path: { dashboard_id: one.id }, header: seen(one) });

/** As tiles are sent: without the address that the answer adds. */
export const bodyOf = ({ path: _, ...tile }: Tile): TileBody => tile;

export interface Arrangement {
  dashboard: Dashboard;
  tiles: Tile[];
}

/** Tiles in another order or size show at once. */
export const arranging: Change<Arrangement, { version: number }> = {
  thing: "dashboard",
  roots: ["dashboards"],
  id: ({ dashboard }) => dashboard.id,
  version: ({ dashboard }) => dashboard.version,
  show: (data, { dashboard, tiles }) =>
    data && withRecord(data, dashboard.id, (record) => ({ ...record, tiles })),
  write: ({ dashboard, tiles }, { version }) =>
    got(
      analytics.POST("/api/v1/dashboards/{dashboard_id}/arrange", {
        params: of({ id: dashboard.id, version }),
        body: { tiles: tiles.map(bodyOf) },
      }),
    ),
};

function useDashboardChange<Wish, Result>(write: (wish: Wish) => Promise<Result>) {
  const client = useQueryClient();
  const refused = useRefused();
  return useMutation({
    mutationFn: write,
    onError: refused,
    onSettled: () => client.invalidateQueries({ queryKey: dashboardsKey }),
  });
}

export const useCreateDashboard = () =>
  useDashboardChange(({ name, tiles }: { name: string; tiles: readonly Tile[] }) =>
    got(analytics.POST("/api/v1/dashboards", { body: { name, tiles: tiles.map(bodyOf), shared: false } })),
  );

export const useRenameDashboard = () =>
  useDashboardChange(({ one, name }: { one: Dashboard; name: string }) =>
    got(analytics.POST("/api/v1/dashboards/{dashboard_id}/rename", { params: of(one), body: { name } })),
  );

export const useShareDashboard = () =>
  useDashboardChange(({ one, grant }: { one: Dashboard; grant: Grant }) =>
    got(analytics.POST("/api/v1/dashboards/{dashboard_id}/share", { params: of(one), body: grant })),
  );

export const useUnshareDashboard = () =>
  useDashboardChange(({ one, share }: { one: Dashboard; share: SharedWith }) =>
    got(
      analytics.POST("/api/v1/dashboards/{dashboard_id}/unshare", {
        params: of(one),
        body: { kind: share.kind, id: share.id },
      }),
    ),
  );

export const useDeleteDashboard = () =>
  useDashboardChange((one: Dashboard) =>
    got(analytics.DELETE("/api/v1/dashboards/{dashboard_id}", { params: of(one) })),
  );

export const useRestoreDashboard = () =>
  useDashboardChange((one: Dashboard) =>
    got(analytics.POST("/api/v1/dashboards/{dashboard_id}/restore", { params: of(one) })),
  );
