/** What stands in the address of a report: filters, period, cut, as of when, what is open; and the question it makes. */
import { z } from "zod/mini";

const word = z.optional(z.catch(z.optional(z.string()), undefined));
const words = z.optional(
  z.catch(
    z.optional(
      z.pipe(
        z.union([z.string(), z.array(z.string())]),
        z.transform((said) => (typeof said === "string" ? [said] : said)),
      ),
    ),
    undefined,
  ),
);

export const reportSearch = z.object({
  period: word,
  from: word,
  to: word,
  owner: words,
  team: words,
  process: words,
  product: words,
  source: words,
  region: words,
  customer: words,
  currency: words,
  kind: word,
  every: word,
  basis: word,
  money: word,
  group_by: word,
  close_from: word,
  close_to: word,
  rates: word,
  accuracy_at: word,
  as_of: word,
  known_at: word,
  compare_to: word,
  /** How it is shown; not part of the question. */
  view: word,
  /** The list that is open beside the report, and which of its numbers it explains. */
  open: word,
  measure: word,
  saved: word,
});

export type ReportSearch = z.infer<typeof reportSearch>;
export type Asked = Readonly<Record<string, readonly string[]>>;

const SHOWN_ONLY = new Set(["view", "open", "measure", "saved", "period"]);

export interface Days {
  key: string;
  first_day: string;
  last_day: string;
}

/** The parameters of the report; a moving period becomes the days that it means today. */
export function askedBy(search: ReportSearch, periods: readonly Days[]): Asked {
  const said = Object.entries(search).filter(([name, value]) => value !== undefined && !SHOWN_ONLY.has(name));
  const asked: Record<string, readonly string[]> = {};
  for (const [name, value] of said) asked[name] = typeof value === "string" ? [value] : (value as string[]);
  const days = periods.find(({ key }) => key === search.period);
  return days ? { ...asked, from: [days.first_day], to: [days.last_day] } : asked;
}

/** As kept in a saved report: with the days of now, since a saved report has no moving periods. */
export const addressOf = (path: string, asked: Asked): string => {
  const query = new URLSearchParams(
    Object.entries(asked).flatMap(([name, values]) =>
      values.map((value) => [name, value] as [string, string]),
    ),
  );
  return query.size > 0 ? `${path}?${query}` : path;
};

/** The search of the address that shows what such parameters ask. */
export function searchOf(asked: Readonly<Record<string, readonly string[] | string>>): ReportSearch {
  const parsed = z.safeParse(reportSearch, flat(asked));
  return parsed.success ? parsed.data : {};
}

const SEVERAL = new Set(["owner", "team", "process", "product", "source", "region", "customer", "currency"]);

const flat = (asked: Readonly<Record<string, readonly string[] | string>>) =>
  Object.fromEntries(
    Object.entries(asked).map(([name, values]) => [
      name,
      typeof values === "string" || SEVERAL.has(name) ? values : values[0],
    ]),
  );
