/** What the inbox asks of notify, and how marking as read shows at once. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { got, notify } from "~/api/client";
import type { Notify } from "~/api/record";
import { useRefused } from "~/states/useRefused";

export type Notification = Notify["NotificationView"];

const PAGE = 50;

export const inboxKeys = {
  list: ["inbox"],
  page: (unread: boolean) => ["inbox", "list", { unread }],
  unread: ["inbox-unread"],
} as const;

export const unreadCount = queryOptions({
  queryKey: inboxKeys.unread,
  queryFn: () => got(notify.GET("/api/v1/inbox/unread-count")),
});

export const inboxPages = (unread: boolean) =>
  infiniteQueryOptions({
    queryKey: inboxKeys.page(unread),
    queryFn: ({ pageParam }) =>
      got(
        notify.GET("/api/v1/inbox", {
          params: { query: { unread, limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.page.next,
  });

/** Mark some, or all that are there now, as read. Marks only add up, so there is no version to conflict about. */
export function useMarkRead() {
  const client = useQueryClient();
  const refused = useRefused();
  return useMutation({
    mutationFn: (ids: string[] | "all") =>
      got(
        notify.POST("/api/v1/inbox/mark-read", {
          body: ids === "all" ? { all: true } : { notification_ids: ids, all: false },
        }),
      ),
    onError: refused,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: inboxKeys.list }),
        client.invalidateQueries({ queryKey: inboxKeys.unread }),
      ]),
  });
}
