/** What is asked of pipeline about processes, and what is written about them. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { customer, got, pipeline, seen } from "~/api/client";
import type { Pipeline } from "~/api/record";
import { useRefused } from "~/states/useRefused";
import type { Drawing } from "./drawing";

export type Process = Pipeline["ProcessView"];
export type ProcessSummary = Pipeline["ProcessSummary"];
export type Version = Pipeline["VersionView"];
export type Finding = Version["findings"][number];
export type Comment = Pipeline["CommentView"];

export const processes = queryOptions({
  queryKey: ["processes", "list"],
  queryFn: () => got(pipeline.GET("/api/v1/processes", { params: { query: { limit: 200 } } })),
});

export const processById = (id: string) =>
  queryOptions({
    queryKey: ["processes", "one", id],
    queryFn: () =>
      got(pipeline.GET("/api/v1/processes/{process_id}", { params: { path: { process_id: id } } })),
  });

export const openDeals = queryOptions({
  queryKey: ["processes", "open-deals"],
  queryFn: () => got(pipeline.GET("/api/v1/processes/open-deals")),
});

/** The names of people by the subject they sign in with, for histories and comments. */
export const whoIsWho = queryOptions({
  queryKey: ["people", "by-subject"],
  staleTime: 300_000,
  queryFn: async () => {
    const { items } = await got(customer.GET("/api/v1/people", { params: { query: { limit: 200 } } }));
    return new Map(items.map(({ subject, name }) => [subject ?? "", name]));
  },
});

/** What the service says about a drawing that is not kept yet. */
export const checked = (drawing: Drawing) =>
  queryOptions({
    queryKey: ["processes", "checked", drawing],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      got(pipeline.POST("/api/v1/processes/check-drawing", { body: bodyOf(drawing), signal })),
  });

/** A drawing as a request. */
export const bodyOf = ({ stages, decisions, moves, notes }: Drawing): Pipeline["DrawVersion"] => ({
  stages: [...stages],
  decisions: [...decisions],
  moves: [...moves],
  notes: [...notes],
});

export const differenceOf = (id: string, before: number, after: number) =>
  queryOptions({
    queryKey: ["processes", "difference", id, before, after],
    queryFn: async () =>
      (await got(
        pipeline.GET("/api/v1/processes/{process_id}/versions/{number}/difference/{after}", {
          params: { path: { process_id: id, number: before, after } },
        }),
      )) as Pipeline["DifferenceView"], // a drawing where a format is asked for
  });

/** A write about a process; afterwards everything about processes is asked again. */
export function useProcessWrite<Wish, Result>(write: (wish: Wish) => Promise<Result>) {
  const client = useQueryClient();
  const refused = useRefused();
  return useMutation({
    mutationFn: write,
    onError: refused,
    onSettled: () => client.invalidateQueries({ queryKey: ["processes"] }),
  });
}

type Place = { process: Pick<Process, "id" | "version">; number: number };

const at = ({ process, number }: Place) => ({
  header: seen(process),
  path: { process_id: process.id, number },
});

const VERSION = "/api/v1/processes/{process_id}/versions/{number}";

export const steps = {
  create: (name: string) => got(pipeline.POST("/api/v1/processes", { body: { name } })),
  draft: (process: Pick<Process, "id" | "version">, body: Partial<Pipeline["DraftVersion"]>) =>
    got(
      pipeline.POST("/api/v1/processes/{process_id}/versions", {
        params: { header: seen(process), path: { process_id: process.id } },
        body: { decisions: [], notes: [], ...body },
      }),
    ),
  redraw: (place: Place, drawing: Drawing) =>
    got(pipeline.POST(`${VERSION}/redraw`, { params: at(place), body: bodyOf(drawing) })),
  submit: (place: Place, reason: string) =>
    got(pipeline.POST(`${VERSION}/submit`, { params: at(place), body: { reason } })),
  return: (place: Place, reason: string) =>
    got(pipeline.POST(`${VERSION}/return`, { params: at(place), body: { reason } })),
  publish: (place: Place, reason: string) =>
    got(pipeline.POST(`${VERSION}/publish`, { params: at(place), body: { reason } })),
  retire: (place: Place, reason: string, noNewDeals: boolean) =>
    got(
      pipeline.POST(`${VERSION}/retire`, { params: at(place), body: { reason, no_new_deals: noNewDeals } }),
    ),
  comment: (place: Place, text: string, element: string | null) =>
    got(pipeline.POST(`${VERSION}/comments`, { params: at(place), body: { text, element } })),
  resolve: (place: Place, comment: Comment) =>
    got(
      pipeline.POST(`${VERSION}/comments/{comment_id}/${comment.closed_by === null ? "resolve" : "reopen"}`, {
        params: { header: seen(place.process), path: { ...at(place).path, comment_id: comment.id } },
      }),
    ),
};

export const teams = queryOptions({
  queryKey: ["teams", "for-drawings"],
  staleTime: 300_000,
  queryFn: async () =>
    (await got(customer.GET("/api/v1/teams", { params: { query: { limit: 200 } } }))).items,
});
