/** The map, and the drawing beside reality, as charts: depth and width tell how much goes where. */
import type { Chart, ChartArrow, ChartNode, Shape, Tone } from "~/canvas/chart";
import type { Format } from "~/i18n/useFormat";
import type { Activity, Flow, Overlay, ProcessMap } from "./queries";
import type { METRICS } from "./routes";

export type Metric = (typeof METRICS)[number];

export interface Words {
  format: Format;
  /** 12 deals · 3.4 days */
  node: (activity: Activity) => string;
  times: (count: number) => string;
  start: string;
}

const HOUR = 3600;
const START = ":start";
const SHAPES: Readonly<Record<string, Shape>> = { won: "good", lost: "bad" };
const shapeOf = (category: string | null): Shape => SHAPES[category ?? ""] ?? "step";

/** What an arrow is worth by a metric; durations in hours. */
export function worthOf(flow: Flow, metric: Metric): number {
  const { median_hours, mean_hours, p90_hours } = flow.duration;
  const values = {
    deals: flow.deals,
    times: flow.times,
    median: median_hours,
    mean: mean_hours,
    p90: p90_hours,
    total: flow.total_hours,
  };
  return Number(values[metric] ?? 0);
}

export const shownValue = (value: number, metric: Metric, format: Format): string =>
  metric === "deals" || metric === "times" ? format.number(value) : format.duration(value * HOUR);

export function mapChart(map: ProcessMap, metric: Metric, words: Words): Chart {
  const most = Math.max(1, ...map.activities.map(({ times }) => times));
  const last = map.activities.length + 1;
  const nodes = map.activities.map((each, at): ChartNode => {
    const shape = shapeOf(each.category);
    return {
      id: each.key,
      shape,
      label: each.name,
      small: words.node(each),
      weight: each.times / most,
      tone: each.on_happy_path ? "happy" : "plain",
      rank: shape === "step" ? (each.rank ?? at + 1) : last,
      told: `${each.name}, ${words.node(each)}`,
    };
  });
  return {
    nodes: [startOf(words), ...nodes],
    arrows: [...begun(map, words), ...flows(map, metric, words.format)],
  };
}

function flows(map: ProcessMap, metric: Metric, format: Format): ChartArrow[] {
  const names = new Map(map.activities.map(({ key, name }) => [key, name]));
  const most = Math.max(1, ...map.flows.map((flow) => worthOf(flow, metric)));
  return map.flows
    .filter(({ source, target }) => source !== target)
    .map((flow) => {
      const value = worthOf(flow, metric);
      const label = shownValue(value, metric, format);
      const tone: Tone = flow.on_happy_path ? "happy" : isUndrawn(flow) ? "violation" : "plain";
      return {
        id: `${flow.source}->${flow.target}`,
        source: flow.source,
        target: flow.target,
        label,
        weight: value / most,
        tone,
        told: `${names.get(flow.source)} → ${names.get(flow.target)}: ${label}`,
      };
    });
}

export const isUndrawn = ({ drawn, kind }: Flow) => drawn === false && kind !== "reopened";

const startOf = ({ start }: Words): ChartNode => ({ id: START, shape: "start", label: start, rank: 0 });

const begun = (map: ProcessMap, { format }: Words): ChartArrow[] =>
  map.activities
    .filter(({ starts }) => starts > 0)
    .map(({ key, starts }) => ({
      id: `${START}->${key}`,
      source: START,
      target: key,
      label: format.number(starts),
      tone: "muted",
    }));

const MARKS: Readonly<Record<Overlay["nodes"][number]["mark"], Tone>> = {
  used: "plain",
  unused: "unused",
  violation: "violation",
  muted: "muted",
};

/** The drawing as it is drawn, with what happens beside it. */
export function overlayChart({ nodes, arrows }: Overlay, words: Words): Chart {
  const most = Math.max(1, ...nodes.map(({ times }) => times));
  const widest = Math.max(1, ...arrows.map(({ times }) => times));
  const last = nodes.length + 1;
  const ranks = new Map<string, number>();
  for (const [at, { key, category }] of nodes.entries())
    ranks.set(key, shapeOf(category) === "step" ? at + 1 : last);
  for (const { key } of nodes.filter(({ decision }) => decision)) {
    const before = arrows
      .filter(({ target }) => target === key)
      .map(({ source }) => ranks.get(source) ?? last);
    ranks.set(key, Math.min(last, ...before) + 0.5);
  }
  return {
    nodes: nodes.map((each) => ({
      id: each.key,
      shape: each.decision ? "decision" : shapeOf(each.category),
      label: each.name,
      small: words.times(each.times),
      weight: each.times / most,
      tone: MARKS[each.mark],
      rank: ranks.get(each.key) ?? last,
    })),
    arrows: arrows
      .filter(({ source, target }) => source !== target)
      .map((each) => ({
        id: `${each.source}->${each.target}`,
        source: each.source,
        target: each.target,
        label: [each.label, words.format.number(each.times)].filter(Boolean).join(" · "),
        weight: each.times / widest,
        tone: MARKS[each.mark],
        dashed: each.mark === "violation" || each.mark === "unused",
      })),
  };
}
