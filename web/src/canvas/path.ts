/** A line through points with round corners, as an SVG path. */
import type { Point } from "./layout";

const CORNER = 14;

export function roundedPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const drawn = rest.map((point, at) => {
    const before = points[at] ?? first;
    const after = rest[at + 1];
    return after ? cornerOf(before, point, after) : `L ${place(point)}`;
  });
  return [`M ${place(first)}`, ...drawn].join(" ");
}

function cornerOf(before: Point, corner: Point, after: Point): string {
  return `L ${place(towards(corner, before))} Q ${place(corner)} ${place(towards(corner, after))}`;
}

/** A little way from one point to another, at most half of it. */
function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : Math.min(CORNER / length, 0.5);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

const place = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
const round = (value: number) => Math.round(value * 10) / 10;
