import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { asksAs } from "~/api/client";
import { type Metric, useMetricChange } from "./queries";

const refused = vi.hoisted(() => vi.fn());
vi.mock("~/states/useRefused", () => ({ useRefused: () => refused }));

const version = (number: number, formula: string, stand = "proposed") => ({ number, formula, stand });
const metric = { key: "rate", version: 1, live: 1, versions: [version(1, "won / closed")] };

let newest: unknown;
let written: [string, unknown][];

/** Answers 412 to whoever saw another version than the newest. */
beforeEach(() => {
  written = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return Response.json(newest);
    if (request.headers.get("if-match") !== `"${(newest as Metric).version}"`)
      return Response.json({ code: "wrong-version", errors: [] }, { status: 412 });
    written.push([new URL(request.url).pathname, await request.json()]);
    return Response.json(newest);
  });
  asksAs({ token: async () => "t", renewed: async () => "t", language: () => "en" });
});

const client = new QueryClient();
const wrapper = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={client}>{children}</QueryClientProvider>
);
const changing = (about: number) =>
  renderHook(() => useMetricChange(metric as unknown as Metric, about), { wrapper });

test("two new formulas at once: the reader chooses, and the choice goes on top of theirs", async () => {
  newest = { ...metric, version: 2, versions: [...metric.versions, version(2, "won / opened")] };
  const { result } = changing(1);
  act(() => result.current.change({ formula: "won / all", reason: "simpler" }));
  await waitFor(() => expect(result.current.conflicts).toHaveLength(1));
  expect(result.current.conflicts[0]).toMatchObject({ mine: "won / all", theirs: "won / opened" });
  act(() => result.current.choose({ formula: "won / all" }));
  await waitFor(() => expect(written).toHaveLength(1));
  expect(written[0]).toEqual(["/api/v1/metrics/rate/redefine", { formula: "won / all", reason: "simpler" }]);
  expect(refused).not.toHaveBeenCalled();
});

test("a change of something else is no conflict, and theirs kept is nothing to write", async () => {
  newest = { ...metric, version: 2, versions: [...metric.versions, version(2, "won / opened")] };
  const { result } = changing(1);
  act(() => result.current.change({ live: 3, reason: "better" }));
  await waitFor(() => expect(written).toHaveLength(1));
  expect(written[0]).toEqual(["/api/v1/metrics/rate/swap", { version: 1, reason: "better" }]);
  act(() => result.current.change({ formula: "won / all", reason: "simpler" }));
  await waitFor(() => expect(result.current.conflicts).toHaveLength(1));
  await act(async () => result.current.choose({}));
  expect(written).toHaveLength(1);
});
