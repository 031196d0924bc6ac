/** What is asked about activities, and recording, planning, completing and cancelling them. */
import { type InfiniteData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { customer, got, seen } from "~/api/client";
import { given, whole } from "~/api/pages";
import type { Customer } from "~/api/record";
import { useSession } from "~/session/SessionContext";
import { useRefused } from "~/states/useRefused";
import { type Entry, withNewest } from "~/timeline/queries";

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

function useActivityWrite<Wish>(write: (wish: Wish) => Promise<unknown>, show?: (wish: Wish) => void) {
  const client = useQueryClient();
  const refused = useRefused();
  return useMutation({
    mutationFn: write,
    onMutate: show ?? (() => {}),
    onError: refused,
    onSettled: () =>
      Promise.all(["activities", "timeline"].map((root) => client.invalidateQueries({ queryKey: [root] }))),
  });
}

/** Something that was done, or with `due_at` is to be done; stands in the timeline at once. */
export function useSay() {
  const client = useQueryClient();
  const { person } = useSession();
  return useActivityWrite(
    ({ due_at, ...body }: Said) =>
      due_at
        ? got(customer.POST("/api/v1/activities/plan", { body: { ...body, due_at } }))
        : got(customer.POST("/api/v1/activities", { body })),
    (said) =>
      client.setQueriesData<InfiniteData<{ items: Entry[] }>>(
        { queryKey: ["timeline", said.customer_id] },
        (told) => withNewest(told, entryOf(said, person.name)),
      ),
  );
}

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

/** What the timeline will say of it, until it does. */
function entryOf({ kind, subject, notes, due_at }: Said, who: string): Entry {
  const now = new Date().toISOString();
  const id = crypto.randomUUID();
  return {
    event_id: id,
    subject_id: id,
    thing: "activity",
    type: due_at ? "ActivityPlanned" : "ActivityRecorded",
    subject,
    version: 1,
    who,
    on_behalf_of: null,
    occurred_at: now,
    recorded_at: now,
    changes: {},
    details: { kind, ...(notes && { notes }), ...(due_at && { due_at }) },
  };
}
