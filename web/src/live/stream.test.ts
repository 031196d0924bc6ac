import { afterEach, expect, test, vi } from "vitest";
import { asksAs } from "~/api/client";
import { follow, type Message } from "./stream";

afterEach(() => vi.unstubAllGlobals());

const streamed = (text: string) => new Response(text, { headers: { "content-type": "text/event-stream" } });

test("a stream that broke off is read on from the last message, not from the start", async () => {
  const stop = new AbortController();
  const asked: Request[] = [];
  const answers = [
    streamed('id: 7\nevent: unread\ndata: {"unread":1}\n\n'),
    streamed('id: 8\nevent: unread\ndata: {"unread":2}\n\n'),
  ];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(request);
    return answers.shift() ?? new Response("", { status: 403 });
  });
  asksAs({ token: async () => "t", renewed: async () => "t", language: () => "en" });
  const heard: Message[] = [];
  let opened = 0;
  await follow(
    "/stream",
    stop.signal,
    (message) => heard.push(message),
    () => opened++,
  );
  expect(heard.map(({ data }) => data)).toEqual([{ unread: 1 }, { unread: 2 }]);
  expect(asked.map((request) => request.headers.get("last-event-id"))).toEqual([null, "7", "8"]);
  expect(opened).toBe(2);
});
