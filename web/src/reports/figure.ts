/** What a chart shows, before it is drawn: rows of an answer cut into series. Numbers stay the strings of the API. */
import { drillOf, sharedDrill } from "./drills";
import { type AnswerTable, grouped, placeOf, type Row } from "./rows";
import type { Measure, Vocabulary } from "./vocabulary";

export type Shape = "bars" | "columns" | "stacked" | "line" | "waterfall";

/** How rows of a table become a chart. */
export interface FigureSpec {
  table: string;
  shape: Shape;
  /** The field whose values stand along the axis. */
  along: string;
  /** Fields with numbers: a series for each. */
  values: readonly string[];
  /** Instead a series of the one value for each value of this field. */
  by?: string;
  /** A chart of its own for each combination of these, such as each currency. */
  each?: readonly string[];
  /** What the numbers are, where they are no declared measures. */
  kind?: Measure["kind"];
}

export interface Point {
  value: string | number | null;
  drill: string | null;
  measure: Measure | null;
  /** What it is, in words: for a screen reader and as the title of what opens. */
  about: string;
}

export interface Series {
  name: string;
  points: (Point | null)[];
}

export interface Figure {
  /** The list that it is drawn of, and which part of it. */
  table: string;
  title: string;
  shape: Shape;
  kind: Measure["kind"];
  currency: string | null;
  categories: string[];
  series: Series[];
  /** The longest of the figures that it is compared with. */
  most?: number;
}

/** How fields and their values are called for people. */
export interface Words {
  vocabulary: Vocabulary;
  heading(report: string, place: string): string;
  value(field: string, value: Row[string] | undefined): string;
}

export function figuresOf(report: string, table: AnswerTable, spec: FigureSpec, words: Words): Figure[] {
  const rows = table.rows.filter((row) => spec.values.some((field) => row[field] != null));
  const groups = grouped(rows, (row) => keyOf(row, spec.each ?? []));
  return [...groups.values()].map((group) => figureOf(report, table.name, spec, group, words));
}

const keyOf = (row: Row, fields: readonly string[]): string =>
  fields.map((field) => String(row[field] ?? "")).join("\n");

function figureOf(report: string, table: string, spec: FigureSpec, rows: Row[], words: Words): Figure {
  const [first] = rows;
  const measure = words.vocabulary.measure(report, placeOf(table, spec.values[0] ?? ""));
  const categories = [...new Set(rows.map((row) => words.value(spec.along, row[spec.along])))];
  const named = (spec.each ?? []).map((field) => words.value(field, first?.[field])).filter(Boolean);
  return {
    table,
    title: named.join(" · "),
    shape: spec.shape,
    kind: measure?.kind ?? spec.kind ?? "count",
    currency: currencyIn(first),
    categories,
    series: seriesOf(report, table, spec, rows, words).map(({ name, rows: own, field }) => ({
      name,
      points: pointsOf(report, table, spec, { name, rows: own, field }, categories, words),
    })),
  };
}

const currencyIn = (row: Row | undefined): string | null => {
  const field = Object.keys(row ?? {}).find((name) => name.split(".").at(-1) === "currency");
  return field ? ((row?.[field] as string | null) ?? null) : null;
};

interface Cut {
  name: string;
  rows: Row[];
  field: string;
}

function seriesOf(report: string, table: string, spec: FigureSpec, rows: Row[], words: Words): Cut[] {
  const [value = ""] = spec.values;
  const { by } = spec;
  if (!by)
    return spec.values.map((field) => ({ name: words.heading(report, placeOf(table, field)), rows, field }));
  const groups = grouped(rows, (row) => words.value(by, row[by]));
  return [...groups].map(([name, own]) => ({ name, rows: own, field: value }));
}

function pointsOf(
  report: string,
  table: string,
  spec: FigureSpec,
  cut: Cut,
  categories: readonly string[],
  words: Words,
): (Point | null)[] {
  const placed = grouped(cut.rows, (row) => words.value(spec.along, row[spec.along]));
  const measure = words.vocabulary.measure(report, placeOf(table, cut.field));
  return categories.map((category) => {
    const rows = placed.get(category);
    if (!rows) return null;
    const drill = sharedDrill(rows.map((row) => drillOf(table, row, cut.field)));
    return { value: together(rows, cut.field), drill, measure, about: `${category} · ${cut.name}` };
  });
}

/** Counts of rows that share a place are added up; anything else stands alone in its place. */
function together(rows: readonly Row[], field: string): string | number | null {
  const values = rows.map((row) => row[field] ?? null);
  if (values.every((value) => typeof value === "number"))
    return values.reduce<number>((sum, value) => sum + Number(value), 0);
  return (values[0] as string | null) ?? null;
}

/** Figures beside each other have one scale, or their lengths would say what is not so. */
export function onOneScale(left: readonly Figure[], right: readonly Figure[]): [Figure[], Figure[]] {
  const most = (place: number) => Math.max(...[left[place], right[place]].map(longest));
  const scaled = (figures: readonly Figure[]) =>
    figures.map((figure, place) => (comparable(figure) ? { ...figure, most: most(place) } : figure));
  return [scaled(left), scaled(right)];
}

const comparable = ({ shape }: Figure): boolean => shape !== "waterfall" && shape !== "line";

function longest(figure: Figure | undefined): number {
  if (!figure) return 0;
  const numbers = figure.series.map(({ points }) => points.map((point) => Number(point?.value ?? 0)));
  const stacks = figure.categories.map((_, place) => numbers.map((all) => all[place] ?? 0));
  const length = (stack: readonly number[]) =>
    figure.shape === "stacked" ? stack.reduce((sum, one) => sum + one, 0) : Math.max(0, ...stack);
  return Math.max(0, ...stacks.map(length));
}
