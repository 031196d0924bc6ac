/** A waterfall's answer as charts, one for each currency: the start, what every bar adds or takes away, the end. */
import type { Figure, Point, Words } from "./figure";
import type { Answer } from "./rows";

interface Bar {
  bar: string;
  contribution: string;
  drill: string;
}

interface OfCurrency {
  currency: string;
  group: string | null;
  start: string;
  end: string;
  bars: Bar[];
}

export function waterfallFigures(answer: Answer, words: Words): Figure[] {
  const grouped = Boolean(answer["group_by"]);
  const titled = ({ currency, group }: OfCurrency) =>
    grouped ? `${words.value("group", group)} · ${currency}` : currency;
  return ((answer["currencies"] ?? []) as OfCurrency[]).map((one) => figureOf(one, titled(one), words));
}

function figureOf({ currency, start, end, bars }: OfCurrency, title: string, words: Words): Figure {
  const named = (place: string) => words.heading("waterfall", `currencies.${place}`);
  const point = (value: string, drill: string | null, key: string, about: string): Point => ({
    value,
    drill,
    measure: words.vocabulary.keyed(key),
    about,
  });
  const between = bars.filter(({ bar }) => bar !== "start" && bar !== "end");
  const called = between.map(({ bar }) => words.value("bar", bar));
  const listed = (which: string) => bars.find(({ bar }) => bar === which)?.drill ?? null;
  return {
    table: "currencies.bars",
    title,
    shape: "waterfall",
    kind: "money",
    currency,
    categories: [named("start"), ...called, named("end")],
    series: [
      {
        name: currency,
        points: [
          point(start, listed("start"), "pipeline_start", named("start")),
          ...between.map((bar, place) =>
            point(bar.contribution, bar.drill, "contribution", called[place] ?? bar.bar),
          ),
          point(end, listed("end"), "pipeline_end", named("end")),
        ],
      },
    ],
  };
}
