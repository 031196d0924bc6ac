/** A stage: what it is, what it asks of a deal, how long a deal may stay, what is to be done and what happens there. */
import { Group, MultiSelect, NumberInput, Select, Stack, TextInput, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AutomationList } from "./AutomationList";
import { ChecklistForm } from "./ChecklistForm";
import type { Editor } from "./DrawingTab";
import { isClosed, type Stage, withChangedStage } from "./drawing";
import { Leaving } from "./Leaving";
import { CATEGORIES, FORECASTS, REQUIRABLE } from "./vocabulary";

const MOST_DAYS = 3650;

export function StageForm({ stage, ...editor }: Editor & { stage: Stage }) {
  const { t } = useTranslation("drawing");
  const change = (part: Partial<Stage>, typing?: string) =>
    editor.edit({
      do: "change",
      change: (now) => withChangedStage(now, stage.key, part),
      ...(typing && { typing: `${stage.key}.${typing}` }),
    });
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">
        {t("kind.step")}
      </Title>
      <TextInput
        label={t("name")}
        value={stage.name}
        maxLength={200}
        required
        onChange={(event) => change({ name: event.currentTarget.value }, "name")}
      />
      <Group grow>
        <Select
          label={t("category")}
          value={stage.category}
          allowDeselect={false}
          data={CATEGORIES.map((value) => ({ value, label: t(`categories.${value}`) }))}
          onChange={(to) => change(ofCategory(CATEGORIES.find((each) => each === to) ?? "open"))}
        />
        <NumberInput
          label={t("probability")}
          value={stage.probability}
          min={0}
          max={100}
          allowDecimal={false}
          suffix=" %"
          disabled={isClosed(stage)}
          onChange={(value) => change({ probability: Number(value) || 0 }, "probability")}
        />
      </Group>
      <Select
        label={t("forecast")}
        value={stage.forecast_category}
        placeholder={t("usual")}
        clearable
        data={FORECASTS.map((value) => ({ value, label: t(`forecasts.${value}`) }))}
        onChange={(to) => change({ forecast_category: FORECASTS.find((each) => each === to) ?? null })}
      />
      <MultiSelect
        label={t("required")}
        description={t("requiredText")}
        value={stage.required}
        data={REQUIRABLE.map((value) => ({ value, label: t(`field.${value}`) }))}
        onChange={(required) => change({ required })}
      />
      {!isClosed(stage) && <Days stage={stage} onChange={change} />}
      <ChecklistForm
        items={stage.checklist}
        onChange={(checklist, typing) => change({ checklist }, typing)}
      />
      <AutomationList
        automations={stage.automations}
        onChange={(automations, typing) => change({ automations }, typing)}
      />
      <Leaving {...editor} from={stage.key} />
    </Stack>
  );
}

interface DaysProps {
  stage: Stage;
  onChange: (part: Partial<Stage>, typing: string) => void;
}

function Days({ stage, onChange }: DaysProps) {
  const { t } = useTranslation("drawing");
  const days = (value: string | number) => (value === "" ? null : Number(value));
  return (
    <Group grow align="flex-start">
      <NumberInput
        label={t("sla")}
        value={stage.sla_days ?? ""}
        min={0}
        max={MOST_DAYS}
        allowDecimal={false}
        onChange={(value) => onChange({ sla_days: days(value) }, "sla")}
      />
      <NumberInput
        label={t("idle")}
        value={stage.idle_days ?? ""}
        min={0}
        max={MOST_DAYS}
        allowDecimal={false}
        onChange={(value) => onChange({ idle_days: days(value) }, "idle")}
      />
    </Group>
  );
}

/** A decided stage has a certain probability and no days. */
function ofCategory(category: Stage["category"]): Partial<Stage> {
  if (category === "won") return { category, probability: 100, sla_days: null, idle_days: null };
  if (category === "lost") return { category, probability: 0, sla_days: null, idle_days: null };
  return { category };
}
