/** The fields of a deal that people fill in, as one set of values, and how each is written. */
import { got, pipeline, seen } from "~/api/client";
import type { Pipeline } from "~/api/record";
import type { Money } from "~/i18n/useFormat";

export interface Line {
  product_id: string;
  product_name: string;
  quantity: string;
  unit_price: Money;
}

export interface Values {
  name: string;
  customer_id: string | null;
  owner_id: string | null;
  amount: Money | null;
  expected_close: string | null;
  source: string | null;
  region: string | null;
  lines: Line[];
  forecast_category: Pipeline["ChangeForecast"]["category"];
  probability: number | null;
}

export type Field = keyof Values;
export type Written = Pipeline["Written"];

/** Fields that a process may require, in the order in which they are asked for. */
export const REQUIRABLE = [
  "customer_id",
  "lines",
  "amount",
  "expected_close",
  "owner_id",
  "source",
  "region",
] as const;

/** Write one field of a deal as it was seen. */
export function writeField<F extends Field>(
  id: string,
  field: F,
  value: Values[F],
  version: { version: number },
): Promise<Written> {
  return WRITERS[field](params(id, version), value);
}

const params = (id: string, version: { version: number }) => ({
  path: { deal_id: id },
  header: seen(version),
});
type Params = ReturnType<typeof params>;

// Only what is corrected is sent; the description's default makes the type ask for a name each time.
const correct = (at: Params, body: Partial<Pipeline["Correct"]>) =>
  got(pipeline.PATCH("/api/v1/deals/{deal_id}", { params: at, body: body as Pipeline["Correct"] }));
const forecast = (at: Params, body: Pipeline["ChangeForecast"]) =>
  got(pipeline.POST("/api/v1/deals/{deal_id}/change-forecast", { params: at, body }));

const WRITERS: { [F in Field]: (at: Params, value: Values[F]) => Promise<Written> } = {
  name: (at, name) => correct(at, { name }),
  customer_id: (at, customer_id) => correct(at, { customer_id }),
  source: (at, source) => correct(at, { source }),
  region: (at, region) => correct(at, { region }),
  forecast_category: (at, category) => forecast(at, { category: category ?? null }),
  probability: (at, probability) => forecast(at, { probability }),
  owner_id: (at, owner_id) =>
    got(pipeline.POST("/api/v1/deals/{deal_id}/assign", { params: at, body: { owner_id } })),
  amount: (at, amount) =>
    got(pipeline.POST("/api/v1/deals/{deal_id}/change-amount", { params: at, body: { amount } })),
  expected_close: (at, expected_close) =>
    got(
      pipeline.POST("/api/v1/deals/{deal_id}/change-expected-close", {
        params: at,
        body: { expected_close },
      }),
    ),
  lines: (at, lines) =>
    got(
      pipeline.POST("/api/v1/deals/{deal_id}/change-lines", {
        params: at,
        body: { lines: lines.map(bodyOf) },
      }),
    ),
};

export const bodyOf = ({ product_id, quantity, unit_price }: Line) => ({ product_id, quantity, unit_price });
