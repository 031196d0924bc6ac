/** Money, numbers, dates and durations as the reader's language writes them. Money is a decimal string and a currency. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

export interface Money {
  amount: string;
  currency: string;
}

export interface Format {
  money(money: Money): string;
  /** As exact, but whole amounts stand without a point: ¥12,000. */
  moneyTight(money: Money): string;
  /** Rounded and short, for cards and charts: ¥1.2万, $12K. */
  moneyShort(money: Money): string;
  number(value: number | string, digits?: number): string;
  /** 0.3592 → 35.9% */
  percent(ratio: number | string, digits?: number): string;
  /** A day: 2026-11-26, or the day of an instant. */
  date(day: string | Date): string;
  dateTime(instant: string | Date): string;
  /** 3 hours ago, in 2 days. */
  relative(instant: string | Date, now?: Date): string;
  /** A length of time in seconds by its largest unit: 2.5 days. */
  duration(seconds: number): string;
}

const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;
const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;

const largest = (seconds: number) => UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[5];
const instantOf = (when: string | Date) => (typeof when === "string" ? new Date(when) : when);
// Intl takes decimal strings exactly; TypeScript's library only knows it as a template type
const exact = (amount: string) => amount as `${number}`;

const made = new Map<string, Format>();

/** One for each language: what `Intl` makes is costly, and a list asks in every row. */
export function formatFor(language: string): Format {
  const known = made.get(language) ?? formatIn(language);
  made.set(language, known);
  return known;
}

function formatIn(language: string): Format {
  const locale = language === "zh" ? "zh-CN" : "en";
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const numbers = new Map<string, Intl.NumberFormat>();
  const number = (options: Intl.NumberFormatOptions) => {
    const key = Object.values(options).join();
    const known = numbers.get(key) ?? new Intl.NumberFormat(locale, options);
    numbers.set(key, known);
    return known;
  };
  const money = (currency: string, more: Intl.NumberFormatOptions) =>
    number({ style: "currency", currency, ...more });
  return {
    money: ({ amount, currency }) => money(currency, {}).format(exact(amount)),
    moneyTight: ({ amount, currency }) =>
      money(currency, { trailingZeroDisplay: "stripIfInteger" }).format(exact(amount)),
    moneyShort: ({ amount, currency }) =>
      money(currency, { notation: "compact", maximumFractionDigits: 1 }).format(exact(amount)),
    number: (value, digits = 0) =>
      number({ maximumFractionDigits: digits }).format(typeof value === "string" ? exact(value) : value),
    percent: (ratio, digits = 1) =>
      number({ style: "percent", maximumFractionDigits: digits }).format(
        typeof ratio === "string" ? exact(ratio) : ratio,
      ),
    date: (when) =>
      typeof when === "string" && DAY_ONLY.test(when)
        ? day.format(new Date(when))
        : date.format(instantOf(when)),
    dateTime: (instant) => dateTime.format(instantOf(instant)),
    relative: (instant, now = new Date()) => {
      const seconds = (instantOf(instant).getTime() - now.getTime()) / 1000;
      const [unit, size] = largest(seconds);
      return relative.format(Math.round(seconds / size), unit);
    },
    duration: (seconds) => {
      const [unit, size] = largest(seconds);
      const style = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 } as const;
      return number(style).format(seconds / size);
    },
  };
}

export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => formatFor(i18n.language), [i18n.language]);
}
