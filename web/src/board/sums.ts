/** Sums of money by currency, exactly: decimal strings are added as whole numbers of their smallest digit. */
import type { Pipeline } from "~/api/record";
import type { Money } from "~/i18n/useFormat";

type CurrencySum = Pipeline["CurrencySum"];

/** The sums with one deal of this amount more, or less; a currency without deals is gone. */
export function added(sums: readonly CurrencySum[], { amount, currency }: Money, by: 1 | -1): CurrencySum[] {
  const found = sums.find((each) => each.currency === currency) ?? { deals: 0, amount: "0", currency };
  const changed = { ...found, deals: found.deals + by, amount: plus(found.amount, amount, by) };
  const others = sums.filter((each) => each.currency !== currency);
  const all = changed.deals > 0 ? [...others, changed] : others;
  return all.sort((one, other) => one.currency.localeCompare(other.currency));
}

/** one + by × other, as a decimal string. */
export function plus(one: string, other: string, by: 1 | -1): string {
  const digits = Math.max(decimals(one), decimals(other));
  const total = scaled(one, digits) + BigInt(by) * scaled(other, digits);
  const text = (total < 0n ? -total : total).toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const sign = total < 0n ? "-" : "";
  return digits ? `${sign}${whole}.${text.slice(-digits)}` : sign + whole;
}

const decimals = (text: string) => text.split(".")[1]?.length ?? 0;

function scaled(text: string, digits: number): bigint {
  const [whole = "0", part = ""] = text.split(".");
  return BigInt(whole + part.padEnd(digits, "0"));
}
