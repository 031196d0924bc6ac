/** Keep a draft: with the version that was read, and together with what others drew meanwhile. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { FieldConflict, Merged } from "~/api/conflict";
import { Problem } from "~/api/problem";
import { useRefused } from "~/states/useRefused";
import { type Drawing, drawingOf } from "./drawing";
import { mergedDrawings, withElements } from "./merging";
import { type Process, processById, steps } from "./queries";

interface Clash {
  merged: Merged;
  theirs: Drawing;
}

export interface Saving {
  save: (drawing: Drawing) => void;
  pending: boolean;
  conflicts: readonly FieldConflict[];
  choose: (mine: Record<string, unknown>) => void;
  cancel: () => void;
}

/** `onKept` is told what is kept now, which may be more than was drawn here. */
export function useSave(
  process: Process,
  number: number,
  base: Drawing,
  onKept: (drawing: Drawing) => void,
): Saving {
  const client = useQueryClient();
  const refused = useRefused();
  const [clash, setClash] = useState<Clash | null>(null);
  const write = useMutation({
    mutationFn: (drawing: Drawing) => kept(process, drawing),
    onError: refused,
    onSuccess: (drawing) => drawing && onKept(drawing),
    onSettled: () => client.invalidateQueries({ queryKey: ["processes"] }),
  });

  async function kept(seen: Pick<Process, "id" | "version">, drawing: Drawing): Promise<Drawing | null> {
    try {
      await steps.redraw({ process: seen, number }, drawing);
      setClash(null);
      return drawing;
    } catch (problem) {
      if (problem instanceof Problem && problem.isConflict) return putTogether(drawing);
      throw problem;
    }
  }

  async function putTogether(mine: Drawing): Promise<Drawing | null> {
    const now = await client.fetchQuery({ ...processById(process.id), staleTime: 0 });
    const theirs = now.versions.find((version) => version.number === number);
    if (!theirs) return null;
    const merged = mergedDrawings(base, mine, drawingOf(theirs));
    if (merged.conflicts.length === 0) return kept(now, withElements(drawingOf(theirs), merged.mine));
    setClash({ merged, theirs: drawingOf(theirs) });
    return null;
  }

  return {
    save: write.mutate,
    pending: write.isPending,
    conflicts: clash?.merged.conflicts ?? [],
    choose: (mine) => clash && write.mutate(withElements(clash.theirs, { ...clash.merged.mine, ...mine })),
    cancel: () => setClash(null),
  };
}
