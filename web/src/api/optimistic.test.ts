import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";
import { type Change, make, withRecord } from "./optimistic";

interface Card {
  id: string;
  stage: string;
  version: number;
}
interface Move {
  id: string;
  to: string;
  version: number;
}

let client: QueryClient;
let written: { wish: Move; seen: number; answer: (version: number | Error) => void }[];

const moved: Change<Move, { version: number }> = {
  thing: "deal",
  id: ({ id }) => id,
  version: ({ version }) => version,
  roots: ["board"],
  show: (data, { id, to }) => withRecord<Card>(data, id, (card) => ({ ...card, stage: to })),
  write: (wish, { version: seen }) =>
    new Promise((done, refuse) => {
      const answer = (said: number | Error) =>
        said instanceof Error ? refuse(said) : done({ version: said });
      written.push({ wish, seen, answer });
    }),
};

const stages = () => client.getQueryData<Card[]>(["board"])?.map(({ stage }) => stage);
const settled = () => new Promise((done) => setTimeout(done, 5));

beforeEach(() => {
  client = new QueryClient();
  written = [];
  client.setQueryData(
    ["board"],
    [
      { id: "a", stage: "new", version: 1 },
      { id: "b", stage: "new", version: 1 },
    ],
  );
});

test("a change shows before it is answered", async () => {
  const move = make(client, moved, { id: "a", to: "won", version: 1 });
  await settled();
  expect(stages()).toEqual(["won", "new"]);
  written[0]?.answer(2);
  await move;
  expect(client.getQueryData<Card[]>(["board"])?.[0]?.version).toBe(2);
});

test("a refused change takes back its own record and nothing else", async () => {
  const first = make(client, moved, { id: "a", to: "won", version: 1 });
  await settled();
  const second = make(client, moved, { id: "b", to: "lost", version: 1 });
  await settled();
  written[0]?.answer(new Error("refused"));
  await expect(first).rejects.toThrow("refused");
  expect(stages()).toEqual(["new", "lost"]);
  written[1]?.answer(2);
  await second;
});

test("changes of one record are written one after another, each on the version that the last one made", async () => {
  const first = make(client, moved, { id: "a", to: "talk", version: 1 });
  const second = make(client, moved, { id: "a", to: "won", version: 1 });
  await settled();
  expect(written.length).toBe(1);
  written[0]?.answer(2);
  await first;
  await settled();
  expect(written.map(({ seen }) => seen)).toEqual([1, 2]);
  written[1]?.answer(3);
  await second;
  expect(stages()).toEqual(["won", "new"]);
});

test("records that are not meant stay the same objects", () => {
  const board = { columns: [{ items: [{ id: "a", stage: "new" }] }, { items: [{ id: "b", stage: "new" }] }] };
  const changed = withRecord<Card>(board, "a", (card) => ({ ...card, stage: "won" })) as typeof board;
  expect(changed.columns[1]).toBe(board.columns[1]);
  expect(changed.columns[0]?.items[0]?.stage).toBe("won");
  expect(withRecord<Card>(board, "c", (card) => card)).toBe(board);
});
