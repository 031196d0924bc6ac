/** What is to be said about a drawing: the service's findings, or where its shape was refused. */
import type { Problem } from "~/api/problem";
import { type Drawing, moveId, noteId } from "./drawing";
import type { Finding } from "./queries";

export type Found = Finding;

/** A refused shape as findings: `/stages/2/name` is about the third stage. */
export function foundIn(problem: Problem, drawing: Drawing): Found[] {
  return problem.errors.map(({ pointer = "", detail }) => ({
    code: "shape",
    sentence: detail,
    element: elementAt(pointer, drawing),
    warning: false,
  }));
}

export function elementAt(pointer: string, drawing: Drawing): string | null {
  const [, list, place] = pointer.split("/");
  const at = Number(place);
  if (list === "stages") return drawing.stages[at]?.key ?? null;
  if (list === "decisions") return drawing.decisions[at]?.key ?? null;
  const move = list === "moves" ? drawing.moves[at] : undefined;
  if (move) return moveId(move);
  const note = list === "notes" ? drawing.notes[at] : undefined;
  return note ? noteId(note) : null;
}
