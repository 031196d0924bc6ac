/** The one fetch behind all services: who asks, in which language, the key of a write, patience when told to wait. */
import { ConsistencyTokens } from "./consistency";
import { unreachable } from "./problem";

const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
const TRIES = 4;
const LONGEST_WAIT_MS = 5_000;

/** What must be known of who asks; `renewed` gets another token when one was refused. */
export interface Caller {
  token(): Promise<string>;
  renewed(): Promise<string>;
  language(): string;
}

export type Send = (request: Request) => Promise<Response>;

/** A fetch for one signed-in person; `pause` waits so many milliseconds. */
export function sender(
  caller: Caller,
  tokens: ConsistencyTokens = new ConsistencyTokens(),
  pause: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
): Send {
  return async (asked) => {
    const request = prepared(asked, caller, tokens);
    let answer = await tried(request, await caller.token(), pause);
    if (answer.status === 401) answer = await tried(request, await caller.renewed(), pause);
    const token = answer.headers.get("consistency-token");
    if (token) tokens.keep(token);
    return answer;
  };
}

function prepared(asked: Request, caller: Caller, tokens: ConsistencyTokens): Request {
  const request = new Request(asked);
  request.headers.set("accept-language", caller.language());
  if (!WRITES.has(request.method)) {
    const token = tokens.header();
    if (token) request.headers.set("consistency-token", token);
    if (token) request.headers.set("prefer", "wait=5");
  } else if (!request.headers.has("idempotency-key")) {
    request.headers.set("idempotency-key", crypto.randomUUID());
  }
  return request;
}

/** Ask until there is an answer other than "not now"; a write keeps its key, so it is done once however often it is sent. */
async function tried(
  request: Request,
  token: string,
  pause: (ms: number) => Promise<void>,
): Promise<Response> {
  request.headers.set("authorization", `Bearer ${token}`);
  for (let attempt = 1; ; attempt++) {
    const answer = await asked(request.clone());
    if (attempt === TRIES) return answer ?? Promise.reject(unreachable());
    if (answer && answer.status !== 503) return answer;
    await pause(waitOf(answer, attempt));
    request.signal.throwIfAborted();
  }
}

/** The answer, or null when nobody answered; being cut off on purpose is passed on. */
async function asked(request: Request): Promise<Response | null> {
  try {
    return await fetch(request);
  } catch (fault) {
    if (request.signal.aborted) throw fault;
    return null;
  }
}

function waitOf(answer: Response | null, attempt: number): number {
  const told = Number(answer?.headers.get("retry-after") ?? 0) * 1000;
  return Math.min(Math.max(told, 200 * 2 ** (attempt - 1)), LONGEST_WAIT_MS);
}
