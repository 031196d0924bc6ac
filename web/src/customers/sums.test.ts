import { expect, test } from "vitest";
import { sums } from "./sums";

test("amounts are added exactly and currencies are never mixed", () => {
  const money = (amount: string, currency: string) => ({ amount, currency });
  expect(
    sums([money("0.1", "USD"), money("0.2", "USD"), null, money("12345678901234567.89", "CNY")]),
  ).toEqual([money("0.3000", "USD"), money("12345678901234567.8900", "CNY")]);
  expect(sums([money("-1.50", "USD"), money("1", "USD")])).toEqual([money("-0.5000", "USD")]);
});
