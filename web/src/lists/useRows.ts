/** The rows of a list that is read page by page. */
import type { InfiniteData } from "@tanstack/react-query";
import { useMemo } from "react";

export function useRows<Row>(data: InfiniteData<{ items: Row[] }> | undefined): Row[] {
  return useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
}
