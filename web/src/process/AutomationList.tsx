/** What happens by itself in a stage, each with its reason. */
import { ActionIcon, Button, Card, Group, Select, Stack, Text, Textarea } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ActionForm, emptyAction } from "./ActionForm";
import { type Automation, freeKey } from "./drawing";
import { ACTIONS, WHENS } from "./vocabulary";

interface ListProps {
  automations: readonly Automation[];
  onChange: (automations: Automation[], typing?: string) => void;
}

export function AutomationList({ automations, onChange }: ListProps) {
  const { t } = useTranslation("drawing");
  const change = (key: string) => (part: Partial<Automation>, typing?: string) =>
    onChange(
      automations.map((each) => (each.key === key ? { ...each, ...part } : each)),
      typing && `${key}.${typing}`,
    );
  const add = () => {
    const key = freeKey(automations, "automation");
    onChange([
      ...automations,
      { key, when: "enter", action: emptyAction("create_task", t("newTask")), reason: t("newReason") },
    ]);
  };
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        {t("automations")}
      </Text>
      {automations.map((each) => (
        <One
          key={each.key}
          automation={each}
          onChange={change(each.key)}
          onRemove={() => onChange(automations.filter(({ key }) => key !== each.key))}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        onClick={add}
        w="fit-content"
      >
        {t("addAutomation")}
      </Button>
    </Stack>
  );
}

interface OneProps {
  automation: Automation;
  onChange: (part: Partial<Automation>, typing?: string) => void;
  onRemove: () => void;
}

function One({ automation, onChange, onRemove }: OneProps) {
  const { t } = useTranslation("drawing");
  const { when, action, reason } = automation;
  return (
    <Card withBorder padding="xs">
      <Stack gap="xs">
        <Group gap="xs" wrap="nowrap">
          <Select
            flex={1}
            aria-label={t("when")}
            value={when}
            allowDeselect={false}
            data={WHENS.map((value) => ({ value, label: t(`whens.${value}`) }))}
            onChange={(to) => onChange({ when: WHENS.find((each) => each === to) ?? "enter" })}
          />
          <Select
            flex={1}
            aria-label={t("action")}
            value={action.kind}
            allowDeselect={false}
            data={ACTIONS.map((value) => ({ value, label: t(`actions.${value}`) }))}
            onChange={(to) =>
              onChange({ action: emptyAction(ACTIONS.find((each) => each === to) ?? "notify", t("newTask")) })
            }
          />
          <ActionIcon variant="subtle" size={36} aria-label={t("removeAutomation")} onClick={onRemove}>
            <IconX size={16} />
          </ActionIcon>
        </Group>
        <ActionForm action={action} onChange={(to, typing) => onChange({ action: to }, typing)} />
        <Textarea
          label={t("why")}
          value={reason}
          autosize
          maxLength={2000}
          required
          onChange={(event) => onChange({ reason: event.currentTarget.value }, "reason")}
        />
      </Stack>
    </Card>
  );
}
