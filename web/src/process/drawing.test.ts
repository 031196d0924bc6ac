import { expect, test } from "vitest";
import { chartOf, ranksOf } from "./chartOf";
import {
  type Drawing,
  moveId,
  newStage,
  withMove,
  withOrder,
  without,
  withStage,
  withStageMoved,
} from "./drawing";
import { edited, opened } from "./editing";
import { mergedDrawings, withElements } from "./merging";

const move = (from_stage: string, to_stage: string) => ({
  from_stage,
  to_stage,
  label: null,
  guard: null,
  default: false,
});
const DRAWING: Drawing = {
  stages: [
    newStage("a", "A"),
    newStage("b", "B"),
    { ...newStage("won", "Won"), category: "won" },
    { ...newStage("lost", "Lost"), category: "lost" },
  ],
  decisions: [{ key: "d", name: "Big?" }],
  moves: [move("a", "d"), move("d", "b"), move("d", "won"), move("b", "won"), move("b", "lost")],
  notes: [{ key: "n", text: "Why", element: "b->won" }],
};
const keys = (drawing: Drawing) => drawing.stages.map(({ key }) => key);

test("a new stage stands behind the chosen one and is connected with it", () => {
  const drawn = withStage(DRAWING, newStage("c", "C"), "a");
  expect(keys(drawn)).toEqual(["a", "c", "b", "won", "lost"]);
  expect(drawn.moves.map(moveId)).toContain("a->c");
});

test("a new stage without a chosen one stands before the ends", () => {
  expect(keys(withStage(DRAWING, newStage("c", "C"), null))).toEqual(["a", "b", "c", "won", "lost"]);
});

test("no move leaves a closed stage, leads to itself or is drawn twice", () => {
  for (const [from, to] of [
    ["won", "a"],
    ["a", "a"],
    ["a", "d"],
    ["nobody", "a"],
  ] as const)
    expect(withMove(DRAWING, from, to)).toBe(DRAWING);
});

test("what is deleted takes its moves along, and a note on them stays on the whole", () => {
  const drawn = without(DRAWING, "b");
  expect(drawn.moves.map(moveId)).toEqual(["a->d", "d->won"]);
  expect(drawn.notes[0]?.element).toBeNull();
});

test("stages are moved in their order, and not beyond its ends", () => {
  expect(keys(withStageMoved(DRAWING, "b", -1))).toEqual(["b", "a", "won", "lost"]);
  expect(withStageMoved(DRAWING, "a", -1)).toBe(DRAWING);
  expect(withOrder(DRAWING, ["a", "b", "won", "lost"])).toBe(DRAWING);
  expect(keys(withOrder(DRAWING, ["b", "a", "lost", "won"]))).toEqual(["b", "a", "lost", "won"]);
});

test("every change is undone and redone; typing into one field is one change", () => {
  const rename = (name: string) => (now: Drawing) => ({ ...now, decisions: [{ key: "d", name }] });
  let now = opened(DRAWING);
  for (const name of ["N", "Ne", "New"])
    now = edited(now, { do: "change", change: rename(name), typing: "d" });
  now = edited(now, { do: "change", change: (drawing) => without(drawing, "b") });
  expect(now.past).toHaveLength(2);
  now = edited(edited(now, { do: "undo" }), { do: "undo" });
  expect(now.drawing).toBe(DRAWING);
  now = edited(now, { do: "redo" });
  expect(now.drawing.decisions[0]?.name).toBe("New");
});

test("a decision stands between what leads to it and the next stage; all ends are last", () => {
  expect(Object.fromEntries(ranksOf(DRAWING))).toEqual({ a: 1, d: 1.5, b: 2, won: 3, lost: 3 });
});

test("a chart has every element, with what is to be looked at", () => {
  const words = { start: "Start", small: () => "", guard: () => "", kind: () => "" };
  const chart = chartOf(DRAWING, words, new Map([["b", 2]]), true);
  expect(chart.nodes.map(({ id }) => id)).toEqual([":start", "a", "b", "won", "lost", "d", "note:n"]);
  expect(chart.nodes.find(({ id }) => id === "b")?.marks).toBe(2);
  expect(chart.arrows).toHaveLength(1 + 5 + 1);
});

test("what two people drew at different elements is put together", () => {
  const mine = withStage(DRAWING, newStage("c", "C"), null);
  const theirs = without(DRAWING, "d");
  const merged = mergedDrawings(DRAWING, mine, theirs);
  expect(merged.conflicts).toEqual([]);
  const both = withElements(theirs, merged.mine);
  expect(keys(both)).toEqual(["a", "b", "c", "won", "lost"]);
  expect(both.decisions).toEqual([]);
});

test("what two people drew at one element is for somebody to choose", () => {
  const named = (name: string): Drawing => ({ ...DRAWING, decisions: [{ key: "d", name }] });
  const { conflicts } = mergedDrawings(DRAWING, named("Mine"), named("Theirs"));
  expect(conflicts.map(({ field }) => field)).toEqual(["d"]);
});
