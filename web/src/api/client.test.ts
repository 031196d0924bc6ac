import { expect, test, vi } from "vitest";
import { asksAs, got, notify, seen } from "./client";

const rule_id = "0198c0de-0000-7000-8000-000000000001";

async function answered(answer: Response): Promise<Request[]> {
  const requests: Request[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    requests.push(request);
    return answer;
  });
  asksAs({ token: async () => "t", renewed: async () => "t", language: () => "en" });
  return requests;
}

test("a change of one thing says which version was seen; without it the types refuse", async () => {
  const requests = await answered(Response.json({ id: rule_id, version: 4 }));
  const header = seen({ version: 3 });
  await got(
    notify.PATCH("/api/v1/rules/{rule_id}", { params: { path: { rule_id }, header }, body: { name: "x" } }),
  );
  expect(requests[0]?.headers.get("if-match")).toBe('"3"');
  const params = { path: { rule_id } };
  // @ts-expect-error If-Match is missing
  void (() => notify.PATCH("/api/v1/rules/{rule_id}", { params, body: { name: "x" } }));
});

test("a refusal is thrown as the problem it is", async () => {
  const problem = {
    type: "/problems/x",
    code: "wrong-version",
    title: "Stale.",
    detail: "Read again.",
    errors: [],
  };
  await answered(Response.json(problem, { status: 412, headers: { etag: '"9"' } }));
  const asked = got(notify.GET("/api/v1/rules/{rule_id}", { params: { path: { rule_id } } }));
  await expect(asked).rejects.toMatchObject({
    code: "wrong-version",
    isConflict: true,
    etag: '"9"',
    title: "Stale.",
  });
});
