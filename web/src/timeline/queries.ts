/** A customer's timeline: what happened to it, its contacts, activities, tasks and deals, whichever service says so. */
import { type InfiniteData, infiniteQueryOptions } from "@tanstack/react-query";
import { analytics, got } from "~/api/client";
import { given, onward } from "~/api/pages";
import type { Analytics } from "~/api/record";

export type Entry = Analytics["Entry"];
export const THINGS = ["customer", "contact", "activity", "task", "deal"] as const;
export type Thing = (typeof THINGS)[number];

const PAGE = 30;

export const timelinePages = (customer_id: string, things: readonly Thing[]) =>
  infiniteQueryOptions({
    queryKey: ["timeline", customer_id, things],
    queryFn: ({ pageParam }) => {
      const query = given({
        thing: things.length > 0 ? [...things] : undefined,
        limit: PAGE,
        cursor: pageParam,
      });
      return got(
        analytics.GET("/api/v1/timelines/customers/{customer_id}", {
          params: { path: { customer_id }, query },
        }),
      );
    },
    ...onward,
  });

/** A timeline with one more entry before all others. */
export function withNewest(
  told: InfiniteData<{ items: Entry[] }> | undefined,
  entry: Entry,
): InfiniteData<{ items: Entry[] }> | undefined {
  const first = told?.pages[0];
  if (!told || !first) return told;
  return { ...told, pages: [{ ...first, items: [entry, ...first.items] }, ...told.pages.slice(1)] };
}
