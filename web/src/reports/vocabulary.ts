/** What the numbers and columns of answers are, as analytics declares them: names in both languages, formula, unit, source. */
import type { Analytics } from "~/api/record";

export type Measure = Analytics["MeasureInfo"];
export type Dimension = Analytics["DimensionInfo"];

export class Vocabulary {
  private readonly patterns: readonly (readonly [RegExp, Measure])[];
  private readonly found = new Map<string, Measure | null>();

  constructor(
    readonly measures: readonly Measure[],
    private readonly dimensions: readonly Dimension[],
  ) {
    this.patterns = measures.flatMap((one) => one.fields.map((field) => [patternOf(field), one] as const));
  }

  /** The measure that stands at a path of a report's answer, such as `by_owner.amount` of `won`. */
  measure(report: string, path: string): Measure | null {
    const place = `${report}:${path}`;
    const known = this.found.get(place);
    if (known !== undefined) return known;
    const measure = this.patterns.find(([pattern]) => pattern.test(place))?.[1] ?? null;
    this.found.set(place, measure);
    return measure;
  }

  keyed(key: string): Measure | null {
    return this.measures.find((one) => one.key === key) ?? null;
  }

  /** What the last part of a path stands for. */
  dimension(path: string): Dimension | null {
    const name = path.slice(path.lastIndexOf(".") + 1);
    return this.dimensions.find(({ fields }) => fields.includes(name)) ?? null;
  }
}

export const calledIn = (language: string, { name }: { name: { zh: string; en: string } }): string =>
  language === "zh" ? name.zh : name.en;

/** `won:*.deals` as a regular expression; a star is any part of a path. */
function patternOf(field: string): RegExp {
  const parts = field.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
