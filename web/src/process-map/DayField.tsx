/** A day of the map's filters; the calendar comes when it is needed. */
import { TextInput } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";

const DayInput = lazy(() => import("~/deals/fields/DayInput"));

interface DayFieldProps {
  label: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}

export function DayField({ label, value, onChange }: DayFieldProps) {
  const { t } = useTranslation("map");
  const shared = { label, w: 150, placeholder: t("anyDay") };
  return (
    <Suspense fallback={<TextInput {...shared} readOnly value={value ?? ""} />}>
      <DayInput
        {...shared}
        valueFormat="YYYY-MM-DD"
        clearable
        clearButtonProps={{ "aria-label": t("clear") }}
        value={value ?? null}
        onChange={(day) => onChange(day ?? undefined)}
      />
    </Suspense>
  );
}
