/**
 * A change that shows at once and is taken back alone when it is refused (reference §1.5): reads under way are cancelled,
 * only that record is remembered, changes of one record run in order, and the last of them asks for the truth again.
 */
import { type QueryClient, type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

interface Written {
  version: number;
}

export interface Change<Wish, Result extends Written> {
  /** What is changed: records of one thing and id are changed one after another. */
  thing: string;
  id: (wish: Wish) => string;
  /** First parts of the keys of the queries that show the record. */
  roots: readonly string[];
  /** A query's data with the wish fulfilled; `withRecord` does it for records that stay where they are. */
  show: (data: unknown, wish: Wish, key: QueryKey) => unknown;
  /** A query's data of now with this record as it was in `before`; without it the record is put back in its place. */
  undo?: (data: unknown, wish: Wish, before: unknown, key: QueryKey) => unknown;
  /** The version in which the record was seen when this was wished. */
  version: (wish: Wish) => number;
  /** Asks the service; `seen` is that version, or the one that my own earlier change of the record made of it. */
  write: (wish: Wish, seen: { version: number }) => Promise<Result>;
  /** More to ask for again once all is settled, such as sums. */
  alsoStale?: readonly string[];
}

/** Make changes of this kind; rejects with the Problem of a refusal, after taking the change back. */
export function useChange<Wish, Result extends Written>(
  change: Change<Wish, Result>,
): (wish: Wish) => Promise<Result> {
  const client = useQueryClient();
  return useCallback((wish) => make(client, change, wish), [client, change]);
}

export function make<Wish, Result extends Written>(
  client: QueryClient,
  change: Change<Wish, Result>,
  wish: Wish,
): Promise<Result> {
  const scope = `${change.thing}:${change.id(wish)}`;
  const mutation = client.getMutationCache().build<Result, Error, Wish, Before>(client, {
    mutationKey: [scope],
    scope: { id: scope },
    networkMode: "always",
    mutationFn: async (asked) => {
      const seen = mine.now(scope, change.version(asked));
      const result = await change.write(asked, { version: seen });
      mine.made(scope, seen, result.version);
      return result;
    },
    onSuccess: ({ version }) => bump(client, change, wish, version),
    onMutate: () => showAtOnce(client, change, wish),
    onError: (_fault, _wish, before) => before && takeBack(client, change, wish, before),
    onSettled: () => settle(client, change, scope),
  });
  return mutation.execute(wish);
}

/** My own changes still under way, by record: which version each made of which. */
class OwnVersions {
  private readonly after = new Map<string, Map<number, number>>();

  now(scope: string, seen: number): number {
    const made = this.after.get(scope);
    let version = seen;
    for (let next = made?.get(version); next !== undefined; next = made?.get(version)) version = next;
    return version;
  }

  made(scope: string, of: number, version: number): void {
    if (version > of) this.after.set(scope, (this.after.get(scope) ?? new Map()).set(of, version));
  }

  forget(scope: string): void {
    this.after.delete(scope);
  }
}

const mine = new OwnVersions();

type Before = [QueryKey, unknown][];

/** The record as it stands in the queries has the version that my write made, until it is read again. */
function bump<Wish>(client: QueryClient, change: Change<Wish, Written>, wish: Wish, version: number): void {
  const newer = (record: Identified & Partial<Written>) =>
    record.version === undefined || record.version >= version ? record : { ...record, version };
  for (const root of change.roots)
    client.setQueriesData(
      { queryKey: [root] },
      (data: unknown) => data && withRecord(data, change.id(wish), newer),
    );
}

async function showAtOnce<Wish>(
  client: QueryClient,
  change: Change<Wish, Written>,
  wish: Wish,
): Promise<Before> {
  await Promise.all(change.roots.map((root) => client.cancelQueries({ queryKey: [root] })));
  const before = change.roots.flatMap((root) => client.getQueriesData({ queryKey: [root] }));
  for (const [key, data] of before)
    if (data !== undefined) client.setQueryData(key, change.show(data, wish, key));
  return before;
}

/** Only this record goes back: what others, or we, changed meanwhile stays. */
function takeBack<Wish>(
  client: QueryClient,
  change: Change<Wish, Written>,
  wish: Wish,
  before: Before,
): void {
  const undo = change.undo ?? ((data, asked, past) => putBack(data, change.id(asked), past));
  for (const [key, past] of before)
    if (past !== undefined) client.setQueryData(key, (now: unknown) => now && undo(now, wish, past, key));
}

async function settle(client: QueryClient, change: Change<never, Written>, scope: string): Promise<void> {
  if (client.isMutating({ mutationKey: [scope] }) > 1) return;
  mine.forget(scope);
  const roots = [...change.roots, ...(change.alsoStale ?? [])];
  await Promise.all(roots.map((root) => client.invalidateQueries({ queryKey: [root] })));
}

interface Identified {
  id: string;
}

/** Data of any shape (a record, pages, a board) with the record of this id changed; what is untouched stays the same object. */
export function withRecord<T extends Identified>(
  data: unknown,
  id: string,
  changed: (record: T) => T,
): unknown {
  if (Array.isArray(data))
    return sameIfEqual(
      data,
      data.map((each) => withRecord(each, id, changed)),
    );
  if (typeof data !== "object" || data === null) return data;
  if ((data as Partial<Identified>).id === id) return changed(data as T);
  const entries = Object.entries(data).map(([name, each]) => [name, withRecord(each, id, changed)] as const);
  return entries.every(([name, each]) => each === (data as Record<string, unknown>)[name])
    ? data
    : Object.fromEntries(entries);
}

function sameIfEqual(before: unknown[], after: unknown[]): unknown[] {
  return after.every((each, index) => each === before[index]) ? before : after;
}

function putBack(now: unknown, id: string, past: unknown): unknown {
  let record: Identified | undefined;
  withRecord(past, id, (found) => {
    record = found;
    return found;
  });
  const kept = record;
  return kept ? withRecord(now, id, () => kept) : now;
}
