/** Days beside the period: when deals are expected to close, of which day rates are, and a forecast made in the past. */
import { DatePickerInput, DateTimePicker } from "@mantine/dates";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Dated, Kind } from "../kinds/kind";
import { inCompanyMoney } from "../useReport";
import { dateOf, instantOf, PICKED } from "./AsOf";
import { type AskingProps, DAY } from "./PeriodPicker";

const PICKERS: Readonly<Record<Dated, (props: AskingProps) => ReactNode>> = {
  close: CloseWindow,
  rates: RatesOf,
  accuracy_at: AccuracyAt,
};

export function DayPickers({ kind, search, ask }: AskingProps & { kind: Kind }) {
  const offered = kind.days.filter((day) => day !== "rates" || inCompanyMoney(kind, search));
  return offered.map((day) => {
    const Picker = PICKERS[day];
    return <Picker key={day} search={search} ask={ask} />;
  });
}

function CloseWindow({ search, ask }: AskingProps) {
  const { t } = useTranslation("reports");
  return (
    <DatePickerInput
      type="range"
      label={t("closeWindow")}
      placeholder={t("anyDay")}
      w={230}
      valueFormat={DAY}
      allowSingleDateInRange
      clearable
      clearButtonProps={{ "aria-label": t("clear") }}
      value={[search.close_from ?? null, search.close_to ?? null]}
      onChange={([from, to]) => ask({ close_from: from ?? undefined, close_to: to ?? undefined })}
    />
  );
}

function RatesOf({ search, ask }: AskingProps) {
  const { t } = useTranslation("reports");
  return (
    <DatePickerInput
      label={t("ratesOf")}
      placeholder={t("ratesOfEvents")}
      w={190}
      valueFormat={DAY}
      maxDate={new Date()}
      clearable
      clearButtonProps={{ "aria-label": t("clear") }}
      value={search.rates ?? null}
      onChange={(day) => ask({ rates: day ?? undefined })}
    />
  );
}

function AccuracyAt({ search, ask }: AskingProps) {
  const { t } = useTranslation("reports");
  return (
    <DateTimePicker
      label={t("accuracyAt")}
      placeholder={t("noAccuracy")}
      w={190}
      valueFormat={PICKED}
      maxDate={new Date()}
      clearable
      clearButtonProps={{ "aria-label": t("clear") }}
      value={dateOf(search.accuracy_at)}
      onChange={(picked) => ask({ accuracy_at: instantOf(picked) })}
    />
  );
}
