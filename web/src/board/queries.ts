/** The board of one process: counts and sums of all deals, cards as far as they have been scrolled to. */
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { got, pipeline } from "~/api/client";
import type { Pipeline } from "~/api/record";

export type Board = Pipeline["BoardView"];
export type Column = Pipeline["Column"];
export type Card = Pipeline["Card"];

export const SORTS = ["-stage_entered_at", "stage_entered_at", "expected_close", "-amount", "name"] as const;
export type Sort = (typeof SORTS)[number];

export interface BoardAsked {
  process: string;
  sort: Sort;
  owner?: string;
  team?: string;
  q?: string;
}

const FIRST = 50; // cards per column at once
const MORE = 200; // the longest page

const ask = (asked: BoardAsked, more: { limit: number; stage?: string; cursor?: string }) =>
  got(pipeline.GET("/api/v1/board", { params: { query: { ...asked, ...more } } }));

/** Asked again, each column comes as far as it had been loaded before. */
export const boardQuery = (asked: BoardAsked) =>
  queryOptions({
    queryKey: ["board", asked] as const,
    queryFn: async ({ client, queryKey }) => {
      const before = client.getQueryData<Board>(queryKey);
      const board = await ask(asked, { limit: FIRST });
      const stages = await Promise.all(
        board.stages.map((column) => deepened(asked, column, loaded(before, column.stage.key))),
      );
      return { ...board, stages };
    },
    placeholderData: keepPreviousData,
  });

const loaded = (board: Board | undefined, stage: string) =>
  board?.stages.find((column) => column.stage.key === stage)?.cards.items.length ?? 0;

async function deepened(asked: BoardAsked, column: Column, wanted: number): Promise<Column> {
  let deep = column;
  while (deep.cards.items.length < wanted && deep.cards.page.next)
    deep = joined(deep, await following(asked, deep.stage.key, deep.cards.page.next));
  return deep;
}

async function following(asked: BoardAsked, stage: string, cursor: string): Promise<Column | undefined> {
  return (await ask(asked, { limit: MORE, stage, cursor })).stages[0];
}

/** A column with its next page; a card that came up in both, because it moved meanwhile, stands once. */
function joined(column: Column, next: Column | undefined): Column {
  if (!next) return { ...column, cards: { ...column.cards, page: { ...column.cards.page, next: null } } };
  const known = new Set(column.cards.items.map(({ id }) => id));
  const items = [...column.cards.items, ...next.cards.items.filter(({ id }) => !known.has(id))];
  return { ...column, cards: { items, page: next.cards.page } };
}

/** Load the next cards of a column into the board; dropped where the board was asked anew meanwhile. */
export async function loadMore(client: QueryClient, asked: BoardAsked, column: Column): Promise<void> {
  const { next } = column.cards.page;
  if (!next) return;
  const page = await following(asked, column.stage.key, next);
  client.setQueryData<Board>(boardQuery(asked).queryKey, (board) => {
    if (!board) return board;
    const stages = board.stages.map((each) => (each.cards.page.next === next ? joined(each, page) : each));
    return { ...board, stages };
  });
}
