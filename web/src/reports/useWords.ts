/** What fields of answers and their values are called: as analytics declares them, else in this client's own words. */
import { useSuspenseQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Format, useFormat } from "~/i18n/useFormat";
import type { Words } from "./figure";
import { vocabulary } from "./queries";
import { calledIn } from "./vocabulary";

const CLOCKS = ["latest", "cumulative", "current_age"] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Fields whose values are words of ours and not of the company. */
const OURS = new Set(["bar", "category", "forecast_category", "kind", "holder", "outcome"]);
/** Fields where nothing means nobody, or not known. */
const OPEN: Readonly<Record<string, string>> = {
  owner: "reports:nobody",
  product: "reports:noProduct",
  reason: "reports:unknown",
  stage: "reports:unknown",
  period: "reports:noDay",
  group: "reports:noGroup",
};

export function useWords(): Words {
  const { t, i18n } = useTranslation("reports");
  const { data } = useSuspenseQuery(vocabulary);
  const format = useFormat();
  const { language } = i18n;
  return useMemo(() => {
    const named = (name: string) => t(`fields.${name}`, { defaultValue: name.replaceAll("_", " ") });
    return {
      vocabulary: data,
      heading: (report, place) => {
        const declared = data.measure(report, place) ?? data.dimension(place);
        const called = declared ? calledIn(language, declared) : named(lastOf(place));
        const clock = CLOCKS.find((one) => place.includes(`.${one}.`));
        return clock ? `${t(`clocks.${clock}`)} · ${called}` : called;
      },
      value: (field, value) => {
        const last = lastOf(field);
        const open = OPEN[last];
        if (isOpen(value)) return open ? t(open) : "";
        if (isOurs(last, value)) return t(`values.${value}`, { defaultValue: String(value) });
        return asDay(String(value), format);
      },
    };
  }, [data, language, t, format]);
}

const isOurs = (field: string, value: unknown): boolean => OURS.has(field) || typeof value === "boolean";

const asDay = (text: string, format: Format): string => (DAY.test(text) ? format.date(text) : text);

const isOpen = (value: unknown): boolean => value === null || value === undefined || value === "";

const lastOf = (path: string): string => path.slice(path.lastIndexOf(".") + 1);
