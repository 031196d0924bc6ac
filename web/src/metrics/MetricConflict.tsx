/** Somebody else changed the same metric: its formula, its live version or how a version stands. */
import { useTranslation } from "react-i18next";
import { ConflictBar } from "~/states/ConflictBar";
import type { useMetricChange } from "./queries";

type MetricConflictProps = Pick<ReturnType<typeof useMetricChange>, "conflicts" | "choose" | "cancel">;

export function MetricConflict({ conflicts, choose, cancel }: MetricConflictProps) {
  const { t } = useTranslation("metrics");
  if (conflicts.length === 0) return null;
  const shown = (field: string, value: unknown) => {
    if (field === "live") return t("version", { number: value });
    return field === "stand" ? t(`stand.${String(value)}`) : String(value);
  };
  return (
    <ConflictBar
      conflicts={conflicts}
      nameOf={(field) => t(`changed.${field}`)}
      shown={shown}
      onChosen={choose}
      onCancel={cancel}
    />
  );
}
