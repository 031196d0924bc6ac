/** Deals for journeys, made through the API as the person who is signed in: one's own, so that journeys do not meet. */
import type { Page } from "playwright-core";
import { authorizationOf, URL_OF_SYSTEM } from "./browser";

type Json = Record<string, unknown>;

export interface Api {
  get<T = Json>(path: string): Promise<T>;
  post<T = Json>(path: string, body: Json, ifMatch?: number): Promise<T>;
}

/** The API with the page's own token. */
export function apiOf(page: Page): Api {
  const at = (path: string) => `${URL_OF_SYSTEM}/api/v1${path}`;
  return {
    get: async (path) => answered(await page.request.get(at(path), { headers: authorizationOf(page) })),
    post: async (path, data, ifMatch) => {
      const key = { "idempotency-key": crypto.randomUUID(), "if-match": ifMatch ? `"${ifMatch}"` : "*" };
      return answered(
        await page.request.post(at(path), { data, headers: { ...authorizationOf(page), ...key } }),
      );
    },
  };
}

interface Answer {
  ok(): boolean;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

async function answered<T>(answer: Answer): Promise<T> {
  if (!answer.ok()) throw new Error(await answer.text());
  return (await answer.json()) as T;
}

interface Listed {
  items: { id: string; name: string; latest?: number | null }[];
}

export const processId = async (api: Api): Promise<string> =>
  (await api.get<Listed>("/processes")).items.find(({ name }) => name.includes("B2B"))?.id ?? "";

/** A deal of the demo's process in this stage with everything that its stages ask for, except what `more` says. */
export async function openedDeal(
  api: Api,
  stage: string,
  more: Json = {},
): Promise<{ id: string; name: string }> {
  const name = `Journey ${crypto.randomUUID().slice(0, 8)}`;
  const [customer, product] = await Promise.all(
    ["/customers?limit=1", "/products?limit=1"].map(
      async (path) => (await api.get<Listed>(path)).items[0]?.id,
    ),
  );
  const { id } = await api.post<{ id: string }>("/deals", {
    name,
    stage,
    process_id: await processId(api),
    customer_id: customer,
    lines: [{ product_id: product, quantity: "1" }],
    amount: { amount: "12000", currency: "CNY" },
    expected_close: "2027-03-01",
    ...more,
  });
  return { id, name };
}
