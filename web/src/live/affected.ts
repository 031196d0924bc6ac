/** Which queries an event makes stale: the first word of the event's name → first parts of query keys. */
const THINGS: Readonly<Record<string, readonly string[]>> = {
  Deal: ["deals", "board", "timeline"],
  Task: ["tasks", "timeline"],
  Product: ["products"],
  Sales: ["processes", "board"], // SalesProcess…
  Quota: ["quotas"],
  Exchange: ["exchange-rates"],
  Customer: ["customers", "timeline"],
  Contact: ["contacts", "timeline"],
  Activity: ["activities", "timeline"],
  Person: ["people"],
  Team: ["teams"],
};
const WORD = /^[A-Z][a-z]+/;

/** The roots of the queries that events of these types may have changed. */
export function affectedBy(types: readonly string[]): Set<string> {
  const words = types.map((type) => WORD.exec(type)?.[0] ?? "");
  return new Set(words.flatMap((word) => THINGS[word] ?? []));
}
