/** A drawing as a chart: small print, notes beside their element, how many things are to be looked at where. */
import type { Chart, ChartArrow, ChartNode, Shape } from "~/canvas/chart";
import { type Drawing, isClosed, type Move, moveId, noteId, type Stage } from "./drawing";

/** Words of the reader's language about what is drawn. */
export interface Wording {
  start: string;
  small(stage: Stage): string;
  guard(move: Move): string;
  kind(shape: Shape): string;
}

const SHAPES: Readonly<Record<Stage["category"], Shape>> = {
  open: "step",
  on_hold: "step",
  won: "good",
  lost: "bad",
};
const START = ":start"; // keys have no colon

/** `marks`: by element, how many findings and comments it has; `editable`: stages can be dragged. */
export function chartOf(
  drawing: Drawing,
  words: Wording,
  marks: ReadonlyMap<string, number>,
  editable: boolean,
): Chart {
  const ranks = ranksOf(drawing);
  const last = drawing.stages.length + 1;
  const stages = drawing.stages.map((stage): ChartNode => {
    const shape = SHAPES[stage.category];
    const small = words.small(stage);
    return {
      id: stage.key,
      shape,
      label: stage.name,
      small,
      rank: ranks.get(stage.key) ?? last,
      movable: editable,
      told: `${words.kind(shape)}: ${stage.name}, ${small}`,
      marks: marks.get(stage.key) ?? 0,
    };
  });
  const decisions = drawing.decisions.map(
    ({ key, name }): ChartNode => ({
      id: key,
      shape: "decision",
      label: name,
      rank: ranks.get(key) ?? last,
      told: `${words.kind("decision")}: ${name}`,
      marks: marks.get(key) ?? 0,
    }),
  );
  const first = drawing.stages.find(({ category }) => category === "open");
  const start: ChartNode[] = first ? [{ id: START, shape: "start", label: words.start, rank: 0 }] : [];
  const begin: ChartArrow[] = first ? [{ id: `${START}>`, source: START, target: first.key }] : [];
  const known = [...stages, ...decisions];
  return {
    nodes: [...start, ...known, ...notesOf(drawing, words, known, last)],
    arrows: [
      ...begin,
      ...drawing.moves.map((move) => arrowOf(move, drawing, words, marks)),
      ...noteLines(drawing, known),
    ],
  };
}

/** Open stages in their order from 1, decisions behind the first stage that leads to them, all ends last. */
export function ranksOf({ stages, decisions, moves }: Drawing): Map<string, number> {
  const open = stages.filter((stage) => !isClosed(stage));
  const ranks = new Map(open.map(({ key }, at) => [key, at + 1]));
  for (const stage of stages) if (isClosed(stage)) ranks.set(stage.key, open.length + 1);
  for (let round = 0; round < decisions.length; round++)
    for (const { key } of decisions) {
      const before = moves
        .filter(({ to_stage }) => to_stage === key)
        .map(({ from_stage }) => ranks.get(from_stage));
      const found = before.filter((rank) => rank !== undefined);
      if (!ranks.has(key) && found.length > 0) ranks.set(key, Math.min(...found) + 0.5);
    }
  return ranks;
}

function arrowOf(
  move: Move,
  drawing: Drawing,
  words: Wording,
  marks: ReadonlyMap<string, number>,
): ChartArrow {
  const id = moveId(move);
  const label = move.label ?? words.guard(move);
  const names = new Map([...drawing.stages, ...drawing.decisions].map(({ key, name }) => [key, name]));
  const told = [names.get(move.from_stage), names.get(move.to_stage)].join(" → ");
  return {
    id,
    source: move.from_stage,
    target: move.to_stage,
    dashed: move.default,
    told: label ? `${told}: ${label}` : told,
    marks: marks.get(id) ?? 0,
    ...(label && { label }),
  };
}

function notesOf(drawing: Drawing, words: Wording, known: readonly ChartNode[], last: number): ChartNode[] {
  const ranks = new Map(known.map(({ id, rank }) => [id, rank]));
  return drawing.notes.map((note) => {
    const about = note.element?.split("->")[0] ?? "";
    return {
      id: noteId(note),
      shape: "note",
      label: note.text,
      rank: (ranks.get(about) ?? last) + 0.25,
      told: `${words.kind("note")}: ${note.text}`,
    };
  });
}

/** A dotted line from what a note is about; a note on an arrow hangs on where the arrow begins. */
function noteLines(drawing: Drawing, known: readonly ChartNode[]): ChartArrow[] {
  const ids = new Set(known.map(({ id }) => id));
  return drawing.notes.flatMap((note): ChartArrow[] => {
    const about = note.element?.split("->")[0] ?? "";
    if (!ids.has(about)) return [];
    return [{ id: `${noteId(note)}>`, source: about, target: noteId(note), tone: "muted", dashed: true }];
  });
}
