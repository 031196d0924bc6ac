/** What the address asks of the board, with what it leaves out: the first process, a rep's own deals. */
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { type Process, sellingProcesses } from "~/deals/queries";
import { myself } from "~/people/queries";
import { useRole } from "~/session/SessionContext";
import { type BoardAsked, SORTS } from "./queries";

export interface Asking {
  processes: Process[];
  /** Null until it is known which process and whose deals. */
  asked: BoardAsked | null;
  /** "me", "all" or a person's id. */
  owner: string;
}

export function useBoardAsked(processes: Process[]): Asking {
  const search = useSearch({ from: "/board" });
  const isRep = useRole("rep");
  const me = useQuery(myself);
  const owner = search.owner || (isRep ? "me" : "all");
  const process = processes.find(({ id }) => id === search.process) ?? processes[0];
  const waits = owner === "me" && me.isPending;
  const person = owner === "me" ? me.data?.id : owner === "all" ? undefined : owner;
  const { team, q, sort } = search;
  const asked = useMemo<BoardAsked | null>(() => {
    if (!process || waits) return null;
    const narrowed = { ...(person && { owner: person }), ...(team && { team }), ...(q && { q }) };
    return { process: process.id, sort: sort ?? SORTS[0], ...narrowed };
  }, [process, waits, person, team, q, sort]);
  return { processes, asked, owner };
}

export const useSellingProcesses = () => useQuery(sellingProcesses);
