/** Lists that are shown as they are scrolled, and short ones that are wanted whole. */
export interface PageOf<T> {
  items: T[];
  page: { next: string | null; limit: number };
}

/** What `infiniteQueryOptions` needs to go on where the last page ended. */
export const onward = {
  initialPageParam: "",
  getNextPageParam: (last: { page: { next: string | null } }) => last.page.next,
};

/** Every item of a list that is known to be short, page after page; `ask` is given the cursor, "" at the start. */
export async function whole<T>(ask: (cursor: string) => Promise<PageOf<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: PageOf<T> = await ask(cursor);
    items.push(...page.items);
    cursor = page.page.next;
  }
  return items;
}

/** Only what is set, as query parameters want it. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(set) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
