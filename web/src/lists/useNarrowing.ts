/** Narrow a list by its address; what was typed just before one left for another page is not taken back there. */
import { useRouter } from "@tanstack/react-router";
import { useCallback } from "react";

/** Calls `narrow` while the list is still where one is, or is going to. */
export function useNarrowing<Search>(path: string, narrow: (some: Search) => void): (some: Search) => void {
  const { history } = useRouter();
  return useCallback(
    (some) => {
      if (history.location.pathname === path) narrow(some);
    },
    [history, path, narrow],
  );
}
