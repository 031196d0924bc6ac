/** Where everything of a chart is drawn: layers from top to bottom by dagre, ways back routed beside them. */
import { type EdgeLabel, Graph, type GraphLabel, layout, type NodeLabel } from "@dagrejs/dagre";
import type { Chart, ChartArrow, ChartNode, Shape } from "./chart";

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

export interface Layout {
  /** Top left corners. */
  boxes: ReadonlyMap<string, Box>;
  routes: ReadonlyMap<string, Route>;
}

export interface Route {
  points: readonly Point[];
  label: Point;
}

const SIZES: Readonly<Record<Shape, { width: number; height: number }>> = {
  start: { width: 28, height: 28 },
  step: { width: 200, height: 58 },
  good: { width: 200, height: 58 },
  bad: { width: 200, height: 58 },
  decision: { width: 190, height: 92 },
  note: { width: 180, height: 64 },
};
const LABEL_HEIGHT = 20;
const LETTER = 6.6;
const WIDE = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]/;
const MOST_LABEL = 180;

/** About how wide a label is at 12 px; letters of Chinese are twice as wide. */
export function widthOf(label: string): number {
  const letters = [...label].reduce((sum, letter) => sum + (WIDE.test(letter) ? 1.85 : 1), 0);
  return Math.min(letters * LETTER + 14, MOST_LABEL);
}

/** The same chart always has the same layout. */
export function laidOut(chart: Chart): Layout {
  const graph: Layered = new Graph<GraphLabel, NodeLabel, EdgeLabel>({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 36, ranksep: 44, edgesep: 18, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of chart.nodes) graph.setNode(node.id, { ...SIZES[node.shape] });
  const ranks = new Map(chart.nodes.map((node) => [node.id, node.rank]));
  const drawn = chart.arrows.filter(({ source, target }) => ranks.has(source) && ranks.has(target));
  for (const arrow of drawn) connect(graph, arrow, ranks);
  layout(graph);
  const boxes = new Map(chart.nodes.map((node) => [node.id, boxOf(graph, node)]));
  const decisions = chart.nodes.filter(({ shape }) => shape === "decision");
  const diamonds = new Map([...boxes].filter(([id]) => decisions.some((node) => node.id === id)));
  return {
    boxes,
    routes: new Map(
      drawn.map((arrow) => [arrow.id, touching(routeOf(graph, arrow, ranks), arrow, diamonds)]),
    ),
  };
}

type Diamonds = ReadonlyMap<string, Box>;

/** dagre ends a route on a node's box; a diamond's border lies further in. */
function touching(route: Route, { source, target }: ChartArrow, diamonds: Diamonds): Route {
  const points = [...route.points];
  const [second, secondLast] = [points[1], points.at(-2)];
  const [from, to] = [diamonds.get(source), diamonds.get(target)];
  if (from && second) points[0] = onDiamond(from, second);
  if (to && secondLast) points[points.length - 1] = onDiamond(to, secondLast);
  return { ...route, points };
}

/** Where the line from the middle of a diamond to a point leaves it. */
function onDiamond({ x, y, width, height }: Box, outside: Point): Point {
  const [dx, dy] = [outside.x - (x + width / 2), outside.y - (y + height / 2)];
  const reach = (2 * Math.abs(dx)) / width + (2 * Math.abs(dy)) / height;
  const share = reach > 1 ? 1 / reach : 1;
  return { x: x + width / 2 + dx * share, y: y + height / 2 + dy * share };
}

type Layered = Graph<GraphLabel, NodeLabel, EdgeLabel>;
type Ranks = ReadonlyMap<string, number>;

const isBack = ({ source, target }: ChartArrow, ranks: Ranks) =>
  (ranks.get(target) ?? 0) < (ranks.get(source) ?? 0);

/** Ways back are given the other way round, so that stages stay in their order whatever the arrows do. */
function connect(graph: Layered, arrow: ChartArrow, ranks: Ranks): void {
  const [from, to] = isBack(arrow, ranks) ? [arrow.target, arrow.source] : [arrow.source, arrow.target];
  const next = (ranks.get(to) ?? 0) - (ranks.get(from) ?? 0) <= 1;
  const width = arrow.label ? widthOf(arrow.label) : 0;
  graph.setEdge(
    from,
    to,
    { width, height: arrow.label ? LABEL_HEIGHT : 0, labelpos: "c", weight: next ? 4 : 1 },
    arrow.id,
  );
}

function boxOf(graph: Layered, { id, shape }: ChartNode): Box {
  const { x = 0, y = 0 } = graph.node(id);
  const { width, height } = SIZES[shape];
  return { x: x - width / 2, y: y - height / 2, width, height };
}

function routeOf(graph: Layered, arrow: ChartArrow, ranks: Ranks): Route {
  const back = isBack(arrow, ranks);
  const [from, to] = back ? [arrow.target, arrow.source] : [arrow.source, arrow.target];
  const edge = graph.edge({ v: from, w: to, name: arrow.id });
  const points: Point[] = (edge.points ?? []).map(({ x, y }) => ({ x, y }));
  const ordered = back ? points.reverse() : points;
  const middle = ordered[Math.floor(ordered.length / 2)] ?? { x: 0, y: 0 };
  return { points: ordered, label: edge.x === undefined ? middle : { x: edge.x, y: edge.y ?? 0 } };
}
