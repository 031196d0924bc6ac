/** Amounts added exactly, each currency by itself: decimal strings never become floating numbers. */
import type { Money } from "~/i18n/useFormat";

const DIGITS = 4;

const scaled = (amount: string): bigint => {
  const [whole = "0", part = ""] = amount.replace("-", "").split(".");
  const value = BigInt(whole + part.padEnd(DIGITS, "0").slice(0, DIGITS));
  return amount.startsWith("-") ? -value : value;
};

function decimal(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(DIGITS + 1, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`;
}

/** One sum per currency, in the order in which currencies are met; what has no amount is left out. */
export function sums(amounts: readonly (Money | null | undefined)[]): Money[] {
  const totals = new Map<string, bigint>();
  for (const money of amounts)
    if (money) totals.set(money.currency, (totals.get(money.currency) ?? 0n) + scaled(money.amount));
  return [...totals].map(([currency, total]) => ({ currency, amount: decimal(total) }));
}
