/** Reads one stream of server-sent events with our token, and again from where it broke off. */
import { createParser } from "eventsource-parser";
import { fetchAs } from "~/api/client";

export interface Message {
  event: string;
  data: unknown;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Reads until `signal` is aborted or the role has no right to it; `opened` is called for every connection made. */
export async function follow(
  path: string,
  signal: AbortSignal,
  hear: (message: Message) => void,
  opened: () => void,
): Promise<void> {
  const place = { id: "" };
  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const answer = await connected(path, signal, place.id);
    if (answer?.status === 403) return;
    if (answer?.ok && answer.body) {
      opened();
      pause = FIRST_PAUSE_MS;
      await read(answer.body, hear, place).catch(() => {}); // broken off: go on from `place`
    }
    if (!signal.aborted) await jittered(pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

const jittered = (ms: number) => new Promise((done) => setTimeout(done, ms * (0.75 + Math.random() / 2)));

/** The open answer; null when nobody answered. */
async function connected(path: string, signal: AbortSignal, after: string): Promise<Response | null> {
  const headers = { accept: "text/event-stream", ...(after && { "last-event-id": after }) };
  return fetchAs(path, { headers, signal }).catch(() => null);
}

async function read(
  body: ReadableStream<Uint8Array>,
  hear: (message: Message) => void,
  place: { id: string },
): Promise<void> {
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      if (id) place.id = id;
      hear({ event: event ?? "message", data: JSON.parse(data) });
    },
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (let part = await reader.read(); !part.done; part = await reader.read())
    parser.feed(decoder.decode(part.value, { stream: true }));
}
