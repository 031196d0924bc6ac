/** How sure we are: the forecast category and probability that hold, by the stage or because somebody said so. */
import { Button, Group, NumberInput, Popover, Select, Stack, Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import type { Values } from "../fields/values";
import type { Deal } from "../queries";
import classes from "./DealPage.module.css";
import type { Edit } from "./useDealEdit";

const CATEGORIES = ["pipeline", "best_case", "most_likely", "commit", "omitted"] as const;

export function ForecastEdit({ deal, edit }: { deal: Deal; edit: Edit | undefined }) {
  const { t } = useTranslation("deals");
  const format = useFormat();
  const [opened, open] = useState(false);
  const said = deal.forecast_overridden || deal.probability_overridden;
  const shown = (
    <span>
      {t(`forecast.${deal.forecast_category}`)} · {format.percent(deal.probability / 100, 0)}
      {said && (
        <Text span size="xs" c="dimmed">
          {" "}
          {t("forecast.said")}
        </Text>
      )}
    </span>
  );
  if (!edit) return shown;
  return (
    <Popover opened={opened} onChange={open} trapFocus width={300} position="bottom-start">
      <Popover.Target>
        <UnstyledButton
          className={classes["editable"] ?? ""}
          title={t("editField", { field: t("field.forecast_category") })}
          onClick={() => open(!opened)}
        >
          {shown}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Form deal={deal} edit={edit} onDone={() => open(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Form({ deal, edit, onDone }: { deal: Deal; edit: Edit; onDone: () => void }) {
  const { t } = useTranslation("deals");
  const [category, setCategory] = useState<string | null>(
    deal.forecast_overridden ? deal.forecast_category : null,
  );
  const [probability, setProbability] = useState<number | string>(
    deal.probability_overridden ? deal.probability : "",
  );
  const save = async () => {
    onDone();
    const before = deal.forecast_overridden ? deal.forecast_category : null;
    if (category !== before) await edit("forecast_category", category as Values["forecast_category"]);
    const chance = probability === "" ? null : Number(probability);
    if (chance !== (deal.probability_overridden ? deal.probability : null)) await edit("probability", chance);
  };
  return (
    <Stack>
      <Select
        label={t("field.forecast_category")}
        placeholder={t("forecast.asStage")}
        clearable
        data={CATEGORIES.map((each) => ({ value: each, label: t(`forecast.${each}`) }))}
        value={category}
        onChange={setCategory}
        comboboxProps={{ withinPortal: false }}
      />
      <NumberInput
        label={t("field.probability")}
        placeholder={t("forecast.asStage")}
        suffix="%"
        min={0}
        max={100}
        value={probability}
        onChange={setProbability}
      />
      <Group justify="end" gap="xs">
        <Button size="xs" onClick={() => void save()}>
          {t("save")}
        </Button>
      </Group>
    </Stack>
  );
}
