/** The fields of a customer that people correct, and how their values are read. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Field, MoneyValue } from "~/facts/field";
import { useFormat } from "~/i18n/useFormat";

export function useCustomerFields() {
  const { t } = useTranslation("customers");
  const format = useFormat();
  return useMemo(() => {
    const kinds = ["company", "person"].map((value) => ({ value, label: t(`kind.${value}`) }));
    const fields: Field[] = [
      { name: "name", label: t("field.name"), kind: "text", required: true },
      { name: "kind", label: t("field.kind"), kind: "choice", options: kinds, required: true },
      { name: "industry", label: t("field.industry"), kind: "text" },
      { name: "region", label: t("field.region"), kind: "text" },
      { name: "phone", label: t("field.phone"), kind: "text", mode: "tel" },
      { name: "website", label: t("field.website"), kind: "text", mode: "url" },
      { name: "source", label: t("field.source"), kind: "text" },
      { name: "employees", label: t("field.employees"), kind: "number" },
      { name: "annual_revenue", label: t("field.annual_revenue"), kind: "money" },
      { name: "founded", label: t("field.founded"), kind: "number" },
      { name: "address", label: t("field.address"), kind: "long" },
    ];
    const spoken: Readonly<Record<string, (value: unknown) => string>> = {
      kind: (value) => t(`kind.${String(value)}`),
      annual_revenue: (value) => format.money(value as MoneyValue),
      employees: (value) => format.number(value as number),
    };
    const shown = (field: string, value: unknown): string =>
      value === null || value === undefined ? "" : (spoken[field] ?? String)(value);
    return { fields, shown };
  }, [t, format]);
}
