/** What is asked of deals: one, where it may go, its story, and how it was at an instant. */
import { queryOptions } from "@tanstack/react-query";
import { got, pipeline } from "~/api/client";
import { whole } from "~/api/pages";
import type { Pipeline } from "~/api/record";

export type Deal = Pipeline["DealView"];
export type DealSummary = Pipeline["DealSummary"];
export type Stage = Pipeline["StageView"];
export type MoveOption = Pipeline["MoveOption"];
export type StoryEntry = Pipeline["StoryEntry"];
export type Process = Pipeline["ProcessSummary"];

const at = (id: string) => ({ params: { path: { deal_id: id } } });

export const dealQuery = (id: string) =>
  queryOptions({
    queryKey: ["deals", id],
    queryFn: () => got(pipeline.GET("/api/v1/deals/{deal_id}", at(id))),
  });

/** The past does not change: asked once. Its key is none of those that live updates make stale. */
export const dealThen = (id: string, as_of: string) =>
  queryOptions({
    queryKey: ["deals-then", id, as_of],
    queryFn: () =>
      got(pipeline.GET("/api/v1/deals/{deal_id}", { params: { path: { deal_id: id }, query: { as_of } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const movesQuery = (id: string) =>
  queryOptions({
    queryKey: ["deals", id, "moves"],
    queryFn: () => got(pipeline.GET("/api/v1/deals/{deal_id}/moves", at(id))),
  });

export const storyQuery = (id: string) =>
  queryOptions({
    queryKey: ["deals", id, "story"],
    queryFn: () => got(pipeline.GET("/api/v1/deals/{deal_id}/story", at(id))),
  });

/** The processes that deals can be opened on, first. */
export const sellingProcesses = queryOptions({
  queryKey: ["processes", "selling"],
  queryFn: async () => {
    const all = await whole((cursor) =>
      got(
        pipeline.GET("/api/v1/processes", { params: { query: { limit: 200, ...(cursor && { cursor }) } } }),
      ),
    );
    return all.filter(({ latest }) => latest !== null);
  },
});

/** The version of its process that a deal runs on: stages, moves, what they require. Versions that are published do not change. */
export const versionQuery = (process_id: string, number: number) =>
  queryOptions({
    queryKey: ["processes", process_id, number],
    queryFn: () =>
      got(
        pipeline.GET("/api/v1/processes/{process_id}/versions/{number}", {
          params: { path: { process_id, number } },
        }),
      ),
  });
