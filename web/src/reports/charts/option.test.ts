import { expect, test } from "vitest";
import type { Figure } from "../figure";
import { type Look, leastHeightOf, optionOf } from "./option";

const STAGES = ["Qualify", "Meet", "Propose", "Negotiate", "Verbal yes", "Won", "Lost"];
const figure = (shape: Figure["shape"], categories: string[]): Figure => ({
  table: "",
  title: "",
  shape,
  kind: "count",
  currency: null,
  categories,
  series: [{ name: "deals", points: categories.map(() => null) }],
});
const look = { palette: [] } as unknown as Look;
const said = { short: String, exact: String };
const namesOf = (drawn: Figure) => {
  const { xAxis, yAxis } = optionOf(drawn, look, said);
  return [xAxis, yAxis].find(({ type }) => type === "category")?.axisLabel;
};

test("no stage's name is left out, however low the chart or narrow its bars", () => {
  for (const shape of ["bars", "stacked", "waterfall"] as const)
    expect(namesOf(figure(shape, STAGES))).toMatchObject({ interval: 0 });
  expect(namesOf(figure("waterfall", STAGES))).toMatchObject({ rotate: 40 });
  expect(leastHeightOf(figure("stacked", STAGES))).toBeGreaterThan(STAGES.length * 18);
});

test("of months some are enough", () => {
  expect(namesOf(figure("columns", ["2026-01", "2026-02"]))).toMatchObject({ hideOverlap: true });
});
