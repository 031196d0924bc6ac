import { expect, test } from "vitest";
import { moved, movedBack } from "./moved";
import type { Board, Card } from "./queries";

const NOW = "2026-11-26T12:00:00Z";

const card = (id: string, more: Partial<Card> = {}) =>
  ({
    id,
    name: id,
    version: 1,
    amount: null,
    expected_close: null,
    stage_entered_at: "2026-11-01T00:00:00Z",
    ...more,
  }) as Card;

function board(...columns: [string, Card[]][]): Board {
  const stages = columns.map(([key, items]) => {
    const worth = items.filter(({ amount }) => amount);
    const amount = String(worth.reduce((sum, each) => sum + Number(each.amount?.amount), 0));
    return {
      stage: { key, name: key, category: "open", probability: 10 },
      count: items.length,
      without_amount: items.length - worth.length,
      sums: worth.length > 0 ? [{ deals: worth.length, amount, currency: "USD" }] : [],
      cards: { items, page: { next: null, limit: 50 } },
    };
  });
  return { process_id: "p", version: 1, stages };
}

const usd = (amount: string) => ({ amount: { amount, currency: "USD" } });
const seen = ({ stages }: Board) =>
  stages.map(({ cards, count, sums, without_amount }) => [
    cards.items.map(({ id }) => id).join(""),
    count,
    sums.map(({ amount }) => amount).join(),
    without_amount,
  ]);

test("a card goes over with its worth, and both columns count again", () => {
  const before = board(["one", [card("a", usd("10")), card("b", usd("5"))]], ["two", [card("c")]]);
  expect(seen(moved(before, "a", "two", "-stage_entered_at", NOW))).toEqual([
    ["b", 1, "5", 0],
    ["ac", 2, "10", 1],
  ]);
});

test("it stands where the order of the board puts it", () => {
  const close = (day: string) => ({ expected_close: day });
  const before = board(
    ["one", [card("a", close("2026-12-05"))]],
    ["two", [card("b", close("2026-12-01")), card("c", close("2026-12-09")), card("d")]],
  );
  expect(seen(moved(before, "a", "two", "expected_close", NOW))[1]?.[0]).toBe("bacd");
});

test("where it is refused, that card alone goes back as it was", () => {
  const before = board(["one", [card("a", usd("10")), card("b")]], ["two", []]);
  const mine = moved(before, "a", "two", "-stage_entered_at", NOW);
  const both = moved(mine, "b", "two", "-stage_entered_at", NOW);
  const back = movedBack(both, "a", before, "-stage_entered_at");
  expect(seen(back)).toEqual([
    ["a", 1, "10", 0],
    ["b", 1, "", 1],
  ]);
  expect(back.stages[0]?.cards.items[0]).toEqual(card("a", usd("10")));
});

test("a card or stage that is not on the board changes nothing", () => {
  const before = board(["one", [card("a")]], ["two", []]);
  expect(moved(before, "z", "two", "name", NOW)).toBe(before);
  expect(moved(before, "a", "three", "name", NOW)).toBe(before);
  expect(moved(before, "a", "one", "name", NOW)).toBe(before);
});
