/** A drawing as it is edited: stages in their order, decisions, moves and notes, and what can be done to them. */
import type { Pipeline } from "~/api/record";

export type Stage = Pipeline["DrawnStageView"];
export type Decision = Pipeline["DecisionView"];
export type Move = Pipeline["MoveView"];
export type Note = Pipeline["NoteView"];
export type Automation = Pipeline["AutomationView"];
export type Guard = NonNullable<Move["guard"]>;
export type GuardRow = Guard["rows"][number];

export interface Drawing {
  stages: readonly Stage[];
  decisions: readonly Decision[];
  moves: readonly Move[];
  notes: readonly Note[];
}

/** How notes, comments and findings call an arrow. */
export const moveId = ({ from_stage, to_stage }: Pick<Move, "from_stage" | "to_stage">) =>
  `${from_stage}->${to_stage}`;
export const noteId = ({ key }: Pick<Note, "key">) => `note:${key}`;
export const isClosed = ({ category }: Pick<Stage, "category">) => category === "won" || category === "lost";

export const drawingOf = ({ stages, decisions, moves, notes }: Drawing): Drawing => ({
  stages,
  decisions,
  moves,
  notes,
});

/** The first free key of a kind: stage-1, stage-2, … */
export function freeKey(taken: readonly { key: string }[], word: string): string {
  const keys = new Set(taken.map(({ key }) => key));
  for (let number = taken.length + 1; ; number++)
    if (!keys.has(`${word}-${number}`)) return `${word}-${number}`;
}

export const newStage = (key: string, name: string): Stage => ({
  key,
  name,
  category: "open",
  probability: 50,
  forecast_category: null,
  required: [],
  sla_days: null,
  idle_days: null,
  checklist: [],
  automations: [],
});

/** A new stage behind the chosen one (else before the ends), with an arrow from the chosen element. */
export function withStage(drawing: Drawing, stage: Stage, after: string | null): Drawing {
  const at = drawing.stages.findIndex(({ key }) => key === after);
  const end = drawing.stages.findIndex(isClosed);
  const place = at >= 0 ? at + 1 : end >= 0 ? end : drawing.stages.length;
  const stages = drawing.stages.toSpliced(place, 0, stage);
  return withMove({ ...drawing, stages }, after, stage.key);
}

export function withDecision(drawing: Drawing, decision: Decision, after: string | null): Drawing {
  return withMove({ ...drawing, decisions: [...drawing.decisions, decision] }, after, decision.key);
}

/** An arrow from one node to another; nothing where there is one, or where a deal could not go. */
export function withMove(drawing: Drawing, from: string | null, to: string): Drawing {
  const source = drawing.stages.find(({ key }) => key === from);
  const known = source !== undefined || drawing.decisions.some(({ key }) => key === from);
  if (from === null || !known || from === to || (source && isClosed(source))) return drawing;
  const move: Move = { from_stage: from, to_stage: to, label: null, guard: null, default: false };
  if (drawing.moves.some((each) => moveId(each) === moveId(move))) return drawing;
  return { ...drawing, moves: [...drawing.moves, move] };
}

/** Without an element: its arrows go with it, and notes on what is gone are on the whole drawing. */
export function without(drawing: Drawing, id: string): Drawing {
  const stays = (move: Move) => moveId(move) !== id && move.from_stage !== id && move.to_stage !== id;
  const gone = new Set([id, ...drawing.moves.filter((move) => !stays(move)).map(moveId)]);
  return {
    stages: drawing.stages.filter(({ key }) => key !== id),
    decisions: drawing.decisions.filter(({ key }) => key !== id),
    moves: drawing.moves.filter(stays),
    notes: drawing.notes
      .filter((note) => noteId(note) !== id)
      .map((note) => (note.element !== null && gone.has(note.element) ? { ...note, element: null } : note)),
  };
}

const changedIn = <T>(list: readonly T[], is: (each: T) => boolean, change: Partial<T>): T[] =>
  list.map((each) => (is(each) ? { ...each, ...change } : each));

export const withChangedStage = (drawing: Drawing, key: string, change: Partial<Stage>): Drawing => ({
  ...drawing,
  stages: changedIn(drawing.stages, (each) => each.key === key, change),
});

export const withChangedDecision = (drawing: Drawing, key: string, change: Partial<Decision>): Drawing => ({
  ...drawing,
  decisions: changedIn(drawing.decisions, (each) => each.key === key, change),
});

/** Of a decision's answers one at most is the default. */
export function withChangedMove(drawing: Drawing, id: string, change: Partial<Move>): Drawing {
  const moves = changedIn(drawing.moves, (each) => moveId(each) === id, change);
  const changed = moves.find((each) => moveId(each) === id);
  if (!change.default || !changed) return { ...drawing, moves };
  const others = (each: Move) => each.from_stage === changed.from_stage && moveId(each) !== id;
  return { ...drawing, moves: changedIn(moves, others, { default: false }) };
}

export const withChangedNote = (drawing: Drawing, key: string, change: Partial<Note>): Drawing => ({
  ...drawing,
  notes: changedIn(drawing.notes, (each) => each.key === key, change),
});

/** A stage one place up (-1) or down (1). */
export function withStageMoved(drawing: Drawing, key: string, by: -1 | 1): Drawing {
  const at = drawing.stages.findIndex((each) => each.key === key);
  const stage = drawing.stages[at];
  const to = at + by;
  if (!stage || to < 0 || to >= drawing.stages.length) return drawing;
  return { ...drawing, stages: drawing.stages.toSpliced(at, 1).toSpliced(to, 0, stage) };
}

/** The stages in another order. */
export function withOrder(drawing: Drawing, keys: readonly string[]): Drawing {
  const place = (stage: Stage) => keys.indexOf(stage.key);
  const stages = drawing.stages.toSorted((one, other) => place(one) - place(other));
  return stages.every((stage, at) => stage === drawing.stages[at]) ? drawing : { ...drawing, stages };
}

/** What people call an element: a name, two names with an arrow, the beginning of a note. */
export function nameOf(drawing: Drawing, id: string): string {
  const named = [...drawing.stages, ...drawing.decisions].find(({ key }) => key === id);
  if (named) return named.name;
  if (id.includes("->"))
    return id
      .split("->", 2)
      .map((key) => nameOf(drawing, key))
      .join(" → ");
  const note = drawing.notes.find((each) => noteId(each) === id);
  return note ? note.text.slice(0, 40) : id;
}

/** Every element by its id. */
export function elementsOf(drawing: Drawing): Map<string, Stage | Decision | Move | Note> {
  return new Map<string, Stage | Decision | Move | Note>([
    ...drawing.stages.map((each) => [each.key, each] as const),
    ...drawing.decisions.map((each) => [each.key, each] as const),
    ...drawing.moves.map((each) => [moveId(each), each] as const),
    ...drawing.notes.map((each) => [noteId(each), each] as const),
  ]);
}
