/** How a report is cut: its kind, its periods, by what it is grouped, in which money. */
import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Kind, optionsOf } from "../kinds/kind";
import type { AskingProps } from "./PeriodPicker";

const ORDER = ["kind", "basis", "every", "group_by", "money"] as const;
/** Left open, it is not grouped; of the others the first is meant. */
const MAY_BE_OPEN = "group_by";

export function OptionPickers({ kind, search, ask }: AskingProps & { kind: Kind }) {
  const { t } = useTranslation("reports");
  const options = optionsOf(kind, search);
  const offered = ORDER.filter((name) => options[name] !== undefined);
  return offered.map((name) => {
    const values = options[name] ?? [];
    const open = name === MAY_BE_OPEN;
    return (
      <Select
        key={name}
        label={t(`option.${name}`)}
        w={175}
        clearable={open}
        clearButtonProps={{ "aria-label": t("clear") }}
        allowDeselect={open}
        placeholder={open ? t("ungrouped") : ""}
        value={search[name] ?? (open ? null : (values[0] ?? null))}
        onChange={(chosen) =>
          ask({ [name]: chosen === values[0] && !open ? undefined : (chosen ?? undefined) })
        }
        data={values.map((value) => ({ value, label: t(`choice.${value}`) }))}
      />
    );
  });
}
