/** How queries behave everywhere: fresh for half a minute (the live stream says when sooner), refusals are not repeated. */
import { QueryClient } from "@tanstack/react-query";
import { Problem } from "~/api/problem";

const FRESH_MS = 30_000;

export function queryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) => !(error instanceof Problem) && failures < 2,
      },
    },
  });
}
