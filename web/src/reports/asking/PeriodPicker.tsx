/** Which days a report is about: moving periods by the company's calendar, or two days of one's own; and beside which. */
import { Group, Select } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { choices } from "../queries";
import type { ReportSearch } from "../search";

export interface AskingProps {
  search: ReportSearch;
  /** Change what is asked; undefined takes a filter away. */
  ask: (change: { [name in keyof ReportSearch]?: ReportSearch[name] | undefined }) => void;
}

/** How a day is written in an input. */
export const DAY = "YYYY-MM-DD";

const OWN = "own";
const ALWAYS = "always";

interface PeriodPickerProps extends AskingProps {
  label: string;
  comparable: boolean;
}

export function PeriodPicker({ search, ask, label, comparable }: PeriodPickerProps) {
  const { t } = useTranslation("reports");
  const periods = useQuery(choices).data?.periods ?? [];
  const own = search.period === undefined && (search.from !== undefined || search.to !== undefined);
  const today = periods.find(({ key }) => key === "this_month");
  const choose = (chosen: string | null) => {
    if (chosen === OWN) ask({ period: undefined, from: today?.first_day, to: today?.last_day });
    else
      ask({ period: chosen === ALWAYS ? undefined : (chosen ?? undefined), from: undefined, to: undefined });
  };
  return (
    <Group gap="xs" align="flex-end">
      <Select
        label={label}
        w={160}
        allowDeselect={false}
        value={own ? OWN : (search.period ?? ALWAYS)}
        onChange={choose}
        data={[
          { value: ALWAYS, label: t("periods.always") },
          ...periods.map(({ key }) => ({ value: key, label: t(`periods.${key}`) })),
          { value: OWN, label: t("periods.own") },
        ]}
      />
      {own && <OwnDays search={search} ask={ask} />}
      {comparable && (own || search.period) && (
        <Select
          label={t("compare")}
          w={160}
          clearable
          clearButtonProps={{ "aria-label": t("clear") }}
          placeholder={t("compareTo.none")}
          value={search.compare_to ?? null}
          onChange={(to) => ask({ compare_to: to ?? undefined })}
          data={[
            { value: "previous_period", label: t("compareTo.previous_period") },
            { value: "previous_year", label: t("compareTo.previous_year") },
          ]}
        />
      )}
    </Group>
  );
}

function OwnDays({ search, ask }: AskingProps) {
  const { t } = useTranslation("reports");
  return (
    <DatePickerInput
      type="range"
      label={t("days_own")}
      w={230}
      valueFormat={DAY}
      allowSingleDateInRange
      value={[search.from ?? null, search.to ?? null]}
      onChange={([from, to]) => ask({ from: from ?? undefined, to: to ?? undefined })}
    />
  );
}
