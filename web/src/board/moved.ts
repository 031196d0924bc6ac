/** A board with one card in another column: counts and sums of both columns follow exactly, and nothing else changes. */
import type { Money } from "~/i18n/useFormat";
import type { Board, Card, Column, Sort } from "./queries";
import { added } from "./sums";

/** The board with this card in the column `to`; the same board where either is not there. */
export function moved(board: Board, id: string, to: string, sort: Sort, now: string): Board {
  const from = columnOf(board, id);
  const card = from?.cards.items.find((each) => each.id === id);
  if (!from || !card || from.stage.key === to || !board.stages.some(({ stage }) => stage.key === to))
    return board;
  return shifted(board, { ...card, stage_entered_at: now }, to, sort);
}

/** The board of now with this card where, and as, it was in the board of before. */
export function movedBack(now: Board, id: string, before: Board, sort: Sort): Board {
  const home = columnOf(before, id);
  const card = home?.cards.items.find((each) => each.id === id);
  return home && card && columnOf(now, id) ? shifted(now, card, home.stage.key, sort) : now;
}

export const columnOf = (board: Board, id: string): Column | undefined =>
  board.stages.find(({ cards }) => cards.items.some((each) => each.id === id));

function shifted(board: Board, card: Card, to: string, sort: Sort): Board {
  const stages = board.stages.map((column) => {
    const held = column.cards.items.some(({ id }) => id === card.id);
    const left = held ? without(column, card) : column;
    return left.stage.key === to ? withCard(left, card, sort) : left;
  });
  return { ...board, stages };
}

function without(column: Column, card: Card): Column {
  const items = column.cards.items.filter(({ id }) => id !== card.id);
  return { ...counted(column, card.amount, -1), cards: { ...column.cards, items } };
}

function withCard(column: Column, card: Card, sort: Sort): Column {
  const at = column.cards.items.findIndex((each) => COMES_FIRST[sort](card, each));
  const items = column.cards.items.toSpliced(at < 0 ? column.cards.items.length : at, 0, card);
  return { ...counted(column, card.amount, 1), cards: { ...column.cards, items } };
}

function counted(column: Column, amount: Money | null, by: 1 | -1): Column {
  const count = column.count + by;
  if (!amount) return { ...column, count, without_amount: column.without_amount + by };
  return { ...column, count, sums: added(column.sums, amount, by) };
}

const LAST_DAY = "9999-12-31";

/** Whether the first card stands before the second in the order of the service. */
const COMES_FIRST: Record<Sort, (one: Card, other: Card) => boolean> = {
  "-stage_entered_at": (one, other) => one.stage_entered_at >= other.stage_entered_at,
  stage_entered_at: (one, other) => one.stage_entered_at < other.stage_entered_at,
  expected_close: (one, other) => (one.expected_close ?? LAST_DAY) < (other.expected_close ?? LAST_DAY),
  "-amount": (one, other) => Number(one.amount?.amount ?? -1) >= Number(other.amount?.amount ?? -1),
  name: (one, other) => one.name.toLowerCase() < other.name.toLowerCase(),
};
