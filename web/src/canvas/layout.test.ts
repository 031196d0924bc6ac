import { expect, test } from "vitest";
import type { Chart } from "./chart";
import { laidOut } from "./layout";
import { roundedPath } from "./path";

const CHART: Chart = {
  nodes: ["a", "b", "c"].map((id, rank) => ({ id, shape: "step", label: id, rank })),
  arrows: [
    { id: "a->b", source: "a", target: "b", label: "42" },
    { id: "b->c", source: "b", target: "c" },
    { id: "c->a", source: "c", target: "a", label: "back" },
    { id: "a->nowhere", source: "a", target: "nowhere" },
  ],
};

test("stages stay in their order from top to bottom, also where a way leads back", () => {
  const { boxes } = laidOut(CHART);
  const tops = ["a", "b", "c"].map((id) => boxes.get(id)?.y ?? Number.NaN);
  expect(tops).toEqual(tops.toSorted((one, other) => one - other));
});

test("a way back is drawn from where it begins to where it leads, and what leads nowhere is not", () => {
  const { boxes, routes } = laidOut(CHART);
  const back = routes.get("c->a");
  const [first, last] = [back?.points[0], back?.points.at(-1)];
  expect(first?.y).toBeGreaterThan(last?.y ?? 0);
  expect(first?.y).toBeGreaterThanOrEqual(boxes.get("c")?.y ?? Number.NaN);
  expect(routes.has("a->nowhere")).toBe(false);
});

test("the same chart always has the same layout", () => {
  expect(laidOut(CHART)).toEqual(laidOut(structuredClone(CHART)));
});

test("a path goes through its ends and rounds its corners", () => {
  const path = roundedPath([
    { x: 0, y: 0 },
    { x: 0, y: 100 },
    { x: 100, y: 100 },
  ]);
  expect(path).toBe("M 0 0 L 0 86 Q 0 100 14 100 L 100 100");
  expect(roundedPath([])).toBe("");
});

test("what leaves a decision begins on the border of its diamond", () => {
  const nodes = CHART.nodes.map((node) => (node.id === "a" ? { ...node, shape: "decision" as const } : node));
  const { boxes, routes } = laidOut({ ...CHART, nodes });
  const { x = 0, y = 0, width = 1, height = 1 } = boxes.get("a") ?? {};
  const { x: left = 0, y: top = 0 } = routes.get("a->b")?.points[0] ?? {};
  const away = (2 * Math.abs(left - x - width / 2)) / width + (2 * Math.abs(top - y - height / 2)) / height;
  expect(away).toBeCloseTo(1, 5);
});
