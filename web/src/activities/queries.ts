/** What is asked about activities, and recording, planning, completing and cancelling them. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { customer, got, seen } from "~/api/client";
import { given, whole } from "~/api/pages";
import type { Customer } from "~/api/record";
import { useRefused } from "~/states/useRefused";

export type Activity = Customer["ActivityView"];
export type Kind = "call" | "visit" | "meeting" | "note";
export const KINDS: readonly Kind[] = ["call", "visit", "meeting", "note"];

/** What is still to be done with a customer, the soonest first. */
export const plannedWith = (customer_id: string) =>
  queryOptions({
    queryKey: ["activities", "planned", customer_id],
    queryFn: async () => {
      const asked = { customer_id, status: "planned" } as const;
      const all = await whole<Activity>((cursor) =>
        got(
          customer.GET("/api/v1/activities", { params: { query: given({ ...asked, limit: 200, cursor }) } }),
        ),
      );
      return all.sort((one, other) => (one.due_at ?? "").localeCompare(other.due_at ?? ""));
    },
  });

export interface Said {
  kind: Kind;
  subject: string;
  notes?: string;
  customer_id: string;
  due_at?: string;
}

function useActivityWrite<Wish>(write: (wish: Wish) => Promise<unknown>) {
  const client = useQueryClient();
  const refused = useRefused();
  return useMutation({
    mutationFn: write,
    onError: refused,
    onSettled: () =>
      Promise.all(["activities", "timeline"].map((root) => client.invalidateQueries({ queryKey: [root] }))),
  });
}

/** Something that was done, or with `due_at` is to be done. */
export const useSay = () =>
  useActivityWrite(({ due_at, ...body }: Said) =>
    due_at
      ? got(customer.POST("/api/v1/activities/plan", { body: { ...body, due_at } }))
      : got(customer.POST("/api/v1/activities", { body })),
  );

export const useComplete = () =>
  useActivityWrite((activity: Activity) =>
    got(
      customer.POST("/api/v1/activities/{activity_id}/complete", {
        params: { path: { activity_id: activity.id }, header: seen(activity) },
        body: {},
      }),
    ),
  );

export const useCancel = () =>
  useActivityWrite((activity: Activity) =>
    got(
      customer.POST("/api/v1/activities/{activity_id}/cancel", {
        params: { path: { activity_id: activity.id }, header: seen(activity) },
      }),
    ),
  );
