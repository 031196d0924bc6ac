/** What the lists of a report's answer are called; one list can have a name of its own in one report. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

export function useTableNames(report: string): (table: string) => string {
  const { t } = useTranslation("reports");
  return useCallback(
    (table) => {
      const list = table.replaceAll(".", "_") || "summary";
      return t(`tables.${report}_${list}`, { defaultValue: t(`tables.${list}`, { defaultValue: "" }) });
    },
    [t, report],
  );
}
