/** How numbers of reports are written: by what they measure, money in its currency, days with their unit. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Format, useFormat } from "~/i18n/useFormat";
import type { Said } from "./charts/option";
import type { Figure } from "./figure";
import type { Measure } from "./vocabulary";

type Kind = Measure["kind"];

export interface Meant {
  kind: Kind;
  currency: string | null;
}

/** Exactly, as the API says it, in the reader's notation. */
export function exactly(
  value: string | number,
  { kind, currency }: Meant,
  format: Format,
  days: Days,
): string {
  if (kind === "money")
    return currency ? format.money({ amount: String(value), currency }) : format.number(value, 2);
  if (kind === "ratio") return format.percent(value);
  if (kind === "duration") return days(format.number(value, 1));
  return format.number(value, kind === "number" ? 2 : 0);
}

export type Days = (number: string) => string;

function shortly(value: number, { kind, currency }: Meant, format: Format): string {
  if (kind === "money" && currency) return format.moneyShort({ amount: String(value), currency });
  if (kind === "ratio") return format.percent(value, 0);
  return format.number(value, 1);
}

export function useExactly(): (value: string | number, meant: Meant) => string {
  const { t } = useTranslation("reports");
  const format = useFormat();
  return useMemo(
    () => (value, meant) => exactly(value, meant, format, (number) => t("days", { number })),
    [t, format],
  );
}

export function useSaid({ kind, currency }: Pick<Figure, "kind" | "currency">): Said {
  const exact = useExactly();
  const format = useFormat();
  return useMemo(
    () => ({
      short: (value) => shortly(value, { kind, currency }, format),
      exact: (value) => exact(value, { kind, currency }),
    }),
    [kind, currency, exact, format],
  );
}
