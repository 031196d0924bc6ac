/** Tiles arranged at once; where somebody else arranged them meanwhile, the reader chooses. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { analytics, got } from "~/api/client";
import { type FieldConflict, merged } from "~/api/conflict";
import { useChange } from "~/api/optimistic";
import { Problem } from "~/api/problem";
import { useRefused } from "~/states/useRefused";
import { arranging, type Dashboard, oneDashboard, type Tile } from "./queries";

export function useArrange(dashboard: Dashboard) {
  const { t } = useTranslation(["dashboards", "reports"]);
  const client = useQueryClient();
  const change = useChange(arranging);
  const refused = useRefused();
  const [conflict, setConflict] = useState<FieldConflict | null>(null);
  const to = useCallback(
    (tiles: Tile[]) => {
      const conflicted = async (fault: unknown) => {
        if (!(fault instanceof Problem && fault.isConflict)) return refused(fault);
        const theirs = await newest(dashboard.id);
        client.setQueryData(oneDashboard(dashboard.id).queryKey, theirs);
        const { conflicts } = merged({ tiles: dashboard.tiles }, { tiles }, { tiles: theirs.tiles });
        setConflict(conflicts[0] ?? null);
      };
      change({ dashboard, tiles }).catch((fault: unknown) => void conflicted(fault));
    },
    [change, client, dashboard, refused],
  );
  return {
    to,
    conflict,
    giveUp: () => setConflict(null),
    settle: (mine: Record<string, unknown>) => {
      setConflict(null);
      if (mine["tiles"]) to(mine["tiles"] as Tile[]);
    },
    described: (tiles: unknown) =>
      (tiles as Tile[]).map(({ title, report }) => title ?? t(`reports:kinds.${report}.name`)).join(", "),
  };
}

const newest = (id: string): Promise<Dashboard> =>
  got(analytics.GET("/api/v1/dashboards/{dashboard_id}", { params: { path: { dashboard_id: id } } }));
