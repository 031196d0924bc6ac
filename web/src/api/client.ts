/** The four services as typed clients. Types come from docs/openapi; nothing here is written by hand per route. */
import createClient from "openapi-fetch";
import type { paths as AnalyticsPaths } from "./generated/analytics";
import type { paths as CustomerPaths } from "./generated/customer";
import type { paths as NotifyPaths } from "./generated/notify";
import type { paths as PipelinePaths } from "./generated/pipeline";
import { problemOf } from "./problem";
import { type Send, sender } from "./send";

let send: Send = () => Promise.reject(new Error("nobody is signed in yet"));

/** Say who asks from now on; called once, after sign-in. */
export function asksAs(...who: Parameters<typeof sender>): void {
  send = sender(...who);
}

const told = { baseUrl: globalThis.location?.origin ?? "", fetch: (request: Request) => send(request) };

export const customer = createClient<CustomerPaths>(told);
export const pipeline = createClient<PipelinePaths>(told);
export const analytics = createClient<AnalyticsPaths>(told);
export const notify = createClient<NotifyPaths>(told);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What was answered; throws the Problem of a refusal. `await got(pipeline.GET("/api/v1/deals", …))` */
export async function got<T>(asked: Promise<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await asked;
  if (!response.ok) throw problemOf(response, error);
  return data as NonNullable<T>;
}

/** `If-Match` for a thing as it was seen: `params: { header: seen(deal) }`. The types ask for it wherever the service does. */
export function seen(thing: { version: number }): { "If-Match": string } {
  return { "If-Match": `"${thing.version}"` };
}

/** The raw fetch, for streams and files. */
export const fetchAs = (path: string, init?: RequestInit): Promise<Response> =>
  send(new Request(new URL(path, globalThis.location.origin), init));
