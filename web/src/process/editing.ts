/** A drawing under the hand: every change can be undone and redone; typing into one field is one change. */
import { useReducer } from "react";
import type { Drawing } from "./drawing";

export interface Edited {
  drawing: Drawing;
  past: readonly Drawing[];
  future: readonly Drawing[];
  /** The field that the last change was typed into; the next letter belongs to the same change. */
  typing: string | null;
}

export type Edit =
  | { do: "change"; change: (drawing: Drawing) => Drawing; typing?: string }
  | { do: "undo" }
  | { do: "redo" }
  | { do: "open"; drawing: Drawing };

const MOST_KEPT = 200;

export const opened = (drawing: Drawing): Edited => ({ drawing, past: [], future: [], typing: null });

export function edited(now: Edited, edit: Edit): Edited {
  switch (edit.do) {
    case "open":
      return opened(edit.drawing);
    case "undo":
      return undone(now);
    case "redo":
      return redone(now);
    case "change":
      return changed(now, edit.change(now.drawing), edit.typing ?? null);
  }
}

function changed(now: Edited, drawing: Drawing, typing: string | null): Edited {
  if (drawing === now.drawing) return now;
  const same = typing !== null && typing === now.typing;
  const past = same ? now.past : [...now.past, now.drawing].slice(-MOST_KEPT);
  return { drawing, past, future: [], typing };
}

function undone(now: Edited): Edited {
  const before = now.past.at(-1);
  if (!before) return now;
  return { drawing: before, past: now.past.slice(0, -1), future: [now.drawing, ...now.future], typing: null };
}

function redone(now: Edited): Edited {
  const [next, ...future] = now.future;
  return next ? { drawing: next, past: [...now.past, now.drawing], future, typing: null } : now;
}

export const useEditing = (drawing: Drawing) => useReducer(edited, drawing, opened);
