import { expect, test } from "vitest";
import { added, plus } from "./sums";

test("money is added digit by digit, however long it is", () => {
  expect(plus("12345678901234567.89", "0.01", 1)).toBe("12345678901234567.90");
  expect(plus("0.10", "0.2", 1)).toBe("0.30");
  expect(plus("5", "7.5", -1)).toBe("-2.5");
  expect(plus("100", "100", -1)).toBe("0");
});

test("currencies are never mixed, and one without deals is gone", () => {
  const usd = { deals: 1, amount: "10.00", currency: "USD" };
  const both = added([usd], { amount: "3", currency: "CNY" }, 1);
  expect(both).toEqual([{ deals: 1, amount: "3", currency: "CNY" }, usd]);
  expect(added(both, { amount: "10.00", currency: "USD" }, -1)).toEqual([
    { deals: 1, amount: "3", currency: "CNY" },
  ]);
});
