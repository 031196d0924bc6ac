/** A figure as ECharts draws it. What is written stays the API's own text; only lengths are computed from it. */
import type { Figure, Point } from "../figure";

export interface Look {
  accent: string;
  palette: readonly string[];
  text: string;
  dimmed: string;
  line: string;
  good: string;
  bad: string;
  font: string;
}

/** Numbers of the figure as people read them: on axes short, in tips exactly. */
export interface Said {
  short(value: number): string;
  exact(value: string | number): string;
}

const BAR_HEIGHT = 34;
const LEAST_BAR_HEIGHT = 20;
const AXES_HEIGHT = 72;
const LEAST_HEIGHT = 180;
const STANDING_HEIGHT = 280;

/** How high a figure has to be for its labels to stand clear of each other. */
export function heightOf({ shape, categories, series }: Figure): number {
  if (!lies({ shape, categories })) return STANDING_HEIGHT;
  const beside = shape === "bars" ? Math.max(1, series.length * 0.6) : 1;
  return Math.max(LEAST_HEIGHT, categories.length * BAR_HEIGHT * beside + AXES_HEIGHT);
}

/** Where there is little room: as high as every name still needs to be read. */
export const leastHeightOf = ({ shape, categories, series }: Figure): number =>
  lies({ shape, categories })
    ? categories.length * LEAST_BAR_HEIGHT * (shape === "bars" ? Math.max(1, series.length * 0.5) : 1) +
      AXES_HEIGHT
    : 0;

const lies = ({ shape, categories }: Pick<Figure, "shape" | "categories">): boolean =>
  shape === "bars" || (shape === "stacked" && categories.some((name) => !/^\d/.test(name)));

export function optionOf(figure: Figure, look: Look, said: Said) {
  const flat = lies(figure);
  const names = {
    type: "category",
    data: figure.categories,
    inverse: flat,
    axisLine: { lineStyle: { color: look.line } },
    axisTick: { show: false },
    axisLabel: { color: look.text, overflow: "truncate", ...labelling(figure, flat) },
  };
  const lengths = {
    type: "value",
    splitLine: { lineStyle: { color: look.line } },
    splitNumber: flat ? 3 : 4,
    axisLabel: { color: look.dimmed, formatter: said.short, hideOverlap: true },
    ...(figure.kind === "count" && { minInterval: 1 }),
    ...(figure.most && { max: ({ max }: { max: number }) => Math.max(max, figure.most ?? 0) }),
  };
  return {
    animationDuration: 250,
    aria: { enabled: true },
    color: [...look.palette],
    textStyle: { fontFamily: look.font },
    grid: {
      left: 8,
      right: flat && figure.series.length === 1 ? 64 : 24,
      top: legendOf(figure) ? 40 : 16,
      bottom: 8,
      containLabel: true,
    },
    legend: {
      show: legendOf(figure),
      top: 0,
      left: 0,
      textStyle: { color: look.text },
      icon: "roundRect",
      itemHeight: 10,
      itemWidth: 14,
      type: "scroll",
    },
    tooltip: { trigger: "item", confine: true, formatter: tipOf(figure, said) },
    xAxis: flat ? lengths : names,
    yAxis: flat ? names : lengths,
    series: figure.shape === "waterfall" ? steps(figure, look, said) : plain(figure, look, said, flat),
  };
}

/** Names are never left out; those of many bars that stand lean. Of dates some are enough. */
function labelling({ categories }: Figure, flat: boolean) {
  const named = categories.some((name) => !/^\d/.test(name));
  if (flat) return { width: 150, interval: 0 };
  if (!named) return { width: 90, hideOverlap: true };
  return { width: 110, interval: 0, ...(categories.length > FEW && { rotate: 40 }) };
}

const FEW = 6;

const legendOf = ({ series, shape }: Figure): boolean => series.length > 1 && shape !== "waterfall";

interface Hovered {
  seriesIndex: number;
  dataIndex: number;
}

/** As an element, so that names of stages and people are text and never markup. */
function tipOf(figure: Figure, said: Said) {
  return ({ seriesIndex, dataIndex }: Hovered): HTMLElement => {
    const point = pointAt(figure, seriesIndex, dataIndex);
    const tip = document.createElement("span");
    tip.textContent = point?.value == null ? "" : `${point.about}: ${said.exact(point.value)}`;
    return tip;
  };
}

/** The point that was pressed; a waterfall has its lengths in its second series. */
export function pointAt(figure: Figure, series: number, place: number): Point | null {
  return figure.series[figure.shape === "waterfall" ? 0 : series]?.points[place] ?? null;
}

const numberOf = (point: Point | null | undefined): number | null =>
  point?.value == null ? null : Number(point.value);

function plain(figure: Figure, look: Look, said: Said, flat: boolean) {
  const stacked = figure.shape === "stacked";
  const line = figure.shape === "line";
  return figure.series.map(({ name, points }) => ({
    name,
    type: line ? "line" : "bar",
    barMaxWidth: 28,
    labelLayout: { hideOverlap: true },
    ...(stacked && { stack: "all" }),
    ...(line && { symbolSize: 8, connectNulls: true, lineStyle: { width: 2 } }),
    cursor: points.some((point) => point?.drill) ? "pointer" : "default",
    label: {
      show: figure.series.length === 1 && !line,
      position: flat ? "right" : "top",
      color: look.text,
      formatter: ({ dataIndex }: Hovered) => shortOf(points[dataIndex], said),
    },
    data: points.map(numberOf),
  }));
}

const shortOf = (point: Point | null | undefined, said: Said): string => {
  const value = numberOf(point);
  return value === null ? "" : said.short(value);
};

/** Bars that hang where the one before ended: an invisible one carries each, unless it stands on the ground. */
function steps(figure: Figure, look: Look, said: Said) {
  const points = figure.series[0]?.points ?? [];
  const last = points.length - 1;
  let level = 0;
  const placed = points.map((point, place) => {
    const value = numberOf(point) ?? 0;
    if (place === 0 || place === last) {
      level = value;
      return { from: 0, value, colour: look.accent };
    }
    const from = level;
    level += value;
    return { from: Math.min(from, level), value: Math.abs(value), colour: value < 0 ? look.bad : look.good };
  });
  return [
    {
      type: "bar",
      stack: "all",
      silent: true,
      itemStyle: { color: "transparent" },
      data: placed.map(({ from }) => from),
    },
    {
      type: "bar",
      stack: "all",
      barMaxWidth: 48,
      labelLayout: { hideOverlap: true },
      label: {
        show: true,
        position: "top",
        color: look.text,
        formatter: ({ dataIndex }: Hovered) => shortOf(points[dataIndex], said),
      },
      data: placed.map(({ value, colour }) => ({ value, itemStyle: { color: colour } })),
    },
  ];
}
