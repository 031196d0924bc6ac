import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConsistencyTokens } from "./consistency";
import { type Send, sender } from "./send";

const RULE = "http://flowline/api/v1/rules/0198c0de-0000-7000-8000-000000000001";
const seen: Request[] = [];
let answers: (Response | Error)[] = [];

beforeEach(() => {
  seen.length = 0;
  answers = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    seen.push(request);
    const answer = answers.shift() ?? new Response("{}");
    if (answer instanceof Error) throw answer;
    return answer;
  });
});
afterEach(() => vi.unstubAllGlobals());

function asking(tokens = new ConsistencyTokens(), pause = async (_ms: number) => {}): Send {
  const caller = { token: async () => "old", renewed: async () => "new", language: () => "zh" };
  return sender(caller, tokens, pause);
}

const write = () =>
  new Request(RULE, { method: "PATCH", body: '{"name":"x"}', headers: { "if-match": '"3"' } });

test("every request says who asks and in which language", async () => {
  await asking()(new Request(RULE));
  expect(seen[0]?.headers.get("authorization")).toBe("Bearer old");
  expect(seen[0]?.headers.get("accept-language")).toBe("zh");
  expect(seen[0]?.headers.has("idempotency-key")).toBe(false);
});

test("each write has a key of its own", async () => {
  const send = asking();
  await send(write());
  await send(write());
  const keys = seen.map((request) => request.headers.get("idempotency-key"));
  expect(new Set(keys).size).toBe(2);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
});

test("a write that was not answered, or told to wait, is sent again with the same key and body", async () => {
  const waits: number[] = [];
  answers = [
    new TypeError("connection lost"),
    new Response("", { status: 503, headers: { "retry-after": "2" } }),
    new Response("{}", { status: 200 }),
  ];
  const answer = await asking(new ConsistencyTokens(), async (ms) => void waits.push(ms))(write());
  expect(answer.status).toBe(200);
  expect(new Set(seen.map((request) => request.headers.get("idempotency-key"))).size).toBe(1);
  expect(await seen[2]?.text()).toBe('{"name":"x"}');
  expect(waits).toEqual([200, 2000]);
});

test("an end is put to trying", async () => {
  answers = Array.from({ length: 9 }, () => new TypeError("connection lost"));
  await expect(asking()(write())).rejects.toMatchObject({ code: "unreachable" });
  expect(seen.length).toBe(4);
});

test("a token that is refused is renewed once", async () => {
  answers = [new Response("", { status: 401 }), new Response("{}")];
  expect((await asking()(write())).status).toBe(200);
  expect(seen.map((request) => request.headers.get("authorization"))).toEqual(["Bearer old", "Bearer new"]);
});

test("for ten seconds after a write, reads wait until they show it", async () => {
  let now = 0;
  const send = asking(new ConsistencyTokens(() => now));
  const written = (token: string) => new Response("{}", { headers: { "consistency-token": token } });
  answers = [written("notify@1=0:7"), written("pipeline@1=2:9")];
  await send(write());
  await send(write());
  now = 9_000;
  await send(new Request(RULE));
  expect(seen[2]?.headers.get("consistency-token")).toBe("notify@1=0:7;pipeline@1=2:9");
  now = 11_000;
  await send(new Request(RULE));
  expect(seen[3]?.headers.has("consistency-token")).toBe(false);
});
