/** A query's answer in one of its states; views write only what is shown when it is there. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failed } from "./Failed";
import { Loading } from "./Loading";

interface AskedProps<T> {
  query: UseQueryResult<T>;
  /** What it takes at least until there is an answer, in pixels. */
  height?: number;
  children: (data: T) => ReactNode;
}

export function Asked<T>({ query, height = 200, children }: AskedProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failed error={query.error} again={query.refetch} />;
  return <Loading height={height} />;
}
