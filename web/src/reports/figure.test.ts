import { describe, expect, test } from "vitest";
import { drillOf, isDrill, sharedDrill } from "./drills";
import { figuresOf, onOneScale, type Words } from "./figure";
import { type Answer, tablesOf } from "./rows";
import { Vocabulary } from "./vocabulary";
import { waterfallFigures } from "./waterfall";

const measure = (key: string, kind: "count" | "money" | "ratio", ...fields: string[]) => ({
  key,
  name: { en: key, zh: key },
  kind,
  unit: "",
  formula: "",
  source: [],
  reports: [],
  fields,
  per_deal: null,
  parts: [],
  made_of: "deals" as const,
});
const vocabulary = new Vocabulary(
  [
    measure(
      "amount",
      "money",
      "won:*.amount",
      "forecast:periods.categories.amount",
      "loss:losses.amounts.amount",
    ),
    measure("count", "count", "won:*.deals", "loss:losses.deals"),
    measure("total", "money", "forecast:periods.total"),
  ],
  [],
);
const words: Words = {
  vocabulary,
  heading: (_, place) => place,
  value: (_, value) => String(value ?? "-"),
};
const drill = (query: string) => `/api/v1/reports/deals?${query}`;

const LOSSES: Answer = {
  lost: 5,
  losses: [
    {
      reason: "price",
      stage: "talk",
      deals: 2,
      drill: drill("lost_reason=price&closed_from=talk"),
      amounts: [{ amount: "0.30", currency: "EUR" }],
    },
    {
      reason: "price",
      stage: "offer",
      deals: 3,
      drill: drill("lost_reason=price&closed_from=offer"),
      amounts: [],
    },
  ],
};

describe("an answer as tables", () => {
  test("a row knows what its list stands in and how to open, but no numbers of the row around it", () => {
    const forecast = {
      periods: [
        {
          period: "2026-Q1",
          currency: "EUR",
          total: "9",
          categories: [{ forecast_category: "commit", amount: "9.00", drill: drill("x=1") }],
        },
      ],
    };
    const [, , inner] = tablesOf("forecast", forecast, vocabulary);
    expect(inner).toEqual({
      name: "periods.categories",
      rows: [
        {
          "periods.period": "2026-Q1",
          "periods.currency": "EUR",
          forecast_category: "commit",
          amount: "9.00",
          drill: drill("x=1"),
        },
      ],
    });
  });

  test("amounts inside a row open what the row opens", () => {
    const amounts = tablesOf("loss", LOSSES, vocabulary).find(({ name }) => name === "losses.amounts");
    expect(drillOf("losses.amounts", amounts?.rows[0] ?? {}, "amount")).toBe(
      drill("lost_reason=price&closed_from=talk"),
    );
  });
});

describe("a figure", () => {
  const spec = { table: "losses", shape: "bars", along: "reason", values: ["deals"] } as const;
  const losses = tablesOf("loss", LOSSES, vocabulary).find(({ name }) => name === "losses");

  test("adds up counts of rows that stand in one place and opens what they share", () => {
    const [figure] = figuresOf("loss", losses ?? { name: "", rows: [] }, spec, words);
    expect(figure?.series[0]?.points).toMatchObject([{ value: 5, drill: drill("lost_reason=price") }]);
  });

  test("keeps money as the text that the API says", () => {
    const answer = {
      by_owner: [
        { owner: "Li", amount: "12345678901234567890.10", currency: "CNY", deals: 1, drill: drill("a=1") },
      ],
    };
    const table = tablesOf("won", answer, vocabulary).find(({ name }) => name === "by_owner");
    const wanted = {
      table: "by_owner",
      shape: "bars",
      along: "owner",
      values: ["amount"],
      each: ["currency"],
    } as const;
    const [figure] = figuresOf("won", table ?? { name: "", rows: [] }, wanted, words);
    expect(figure).toMatchObject({ kind: "money", currency: "CNY", title: "CNY" });
    expect(figure?.series[0]?.points[0]?.value).toBe("12345678901234567890.10");
  });

  test("has the scale of the one beside it", () => {
    const [long] = figuresOf("loss", losses ?? { name: "", rows: [] }, spec, words);
    const short = long && { ...long, series: [] };
    const [left, right] = onOneScale(short ? [short] : [], long ? [long] : []);
    expect([left[0]?.most, right[0]?.most]).toEqual([5, 5]);
  });
});

test("a waterfall begins with the start and ends with the end, each once", () => {
  const bars = ["start", "new", "won", "end"].map((bar) => ({ bar, contribution: "1", drill: drill(bar) }));
  const [figure] = waterfallFigures({ currencies: [{ currency: "EUR", start: "1", end: "3", bars }] }, words);
  expect(figure?.categories).toEqual(["currencies.start", "new", "won", "currencies.end"]);
  expect(figure?.series[0]?.points.map((point) => point?.drill)).toEqual(
    ["start", "new", "won", "end"].map(drill),
  );
});

test("a grouped waterfall is one for each group, named after it", () => {
  const currencies = [{ currency: "EUR", group: "Li", start: "1", end: "1", bars: [] }];
  expect(waterfallFigures({ group_by: "owner", currencies }, words)[0]?.title).toBe("Li · EUR");
});

describe("the way to the deals", () => {
  test("a win rate opens what was won and lost", () => {
    const row = { "by_count.win_rate": "0.5", "by_count.drill_won": drill("category=won&by=closed") };
    expect(drillOf("", row, "by_count.win_rate")).toBe(drill("by=closed&category=won&category=lost"));
  });

  test("lost deals of a leaderboard are not the won ones", () => {
    expect(drillOf("places", { lost: 1, drill: drill("category=won") }, "lost")).toBe(drill("category=lost"));
  });

  test("an outcome of a funnel has its own", () => {
    const row = { lost: 1, drill: drill("a=1"), "drill_outcomes.lost": drill("outcome=lost") };
    expect(drillOf("processes.steps", row, "lost")).toBe(drill("outcome=lost"));
  });

  test("what an owner opened is a list of its own, not of what was won", () => {
    const row = { won: 1, opened: 3, drill: drill("category=won"), drill_opened: drill("deed=opened") };
    expect(drillOf("places", row, "opened")).toBe(drill("deed=opened"));
    expect(drillOf("places", row, "won")).toBe(drill("category=won"));
  });

  test("the count and the amounts of slips open the same list", () => {
    const row = { slips: 3, drill_slipped: drill("close_to=2026-01-31") };
    expect(drillOf("", row, "slips")).toBe(row.drill_slipped);
    expect(drillOf("slipped_amounts", row, "amount")).toBe(row.drill_slipped);
  });

  test("nothing is shared where one of them has no way", () => {
    expect(sharedDrill([drill("a=1"), null])).toBeNull();
  });

  test("no address outside of the reports is opened", () => {
    expect(isDrill("/api/v1/reports/deals?a=1")).toBe(true);
    expect(isDrill("/api/v1/reports/../people")).toBe(false);
    expect(isDrill("https://elsewhere.example/")).toBe(false);
  });
});
