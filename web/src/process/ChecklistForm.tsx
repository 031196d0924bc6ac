/** What is to be done in a stage; required things before a deal goes on. */
import { ActionIcon, Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { freeKey, type Stage } from "./drawing";

type Items = Stage["checklist"];

interface ChecklistProps {
  items: Items;
  onChange: (items: Items, typing?: string) => void;
}

export function ChecklistForm({ items, onChange }: ChecklistProps) {
  const { t } = useTranslation("drawing");
  const change = (key: string, part: Partial<Items[number]>, typing?: string) =>
    onChange(
      items.map((item) => (item.key === key ? { ...item, ...part } : item)),
      typing,
    );
  const add = () =>
    onChange([...items, { key: freeKey(items, "item"), text: t("newItem"), required: false }]);
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        {t("checklist")}
      </Text>
      {items.map((item) => (
        <Group key={item.key} gap="xs" wrap="nowrap">
          <TextInput
            flex={1}
            aria-label={t("item")}
            value={item.text}
            maxLength={200}
            onChange={(event) => change(item.key, { text: event.currentTarget.value }, `item.${item.key}`)}
          />
          <Checkbox
            label={t("must")}
            checked={item.required}
            onChange={(event) => change(item.key, { required: event.currentTarget.checked })}
          />
          <ActionIcon
            variant="subtle"
            size={36}
            aria-label={t("removeOf", { name: item.text })}
            onClick={() => onChange(items.filter(({ key }) => key !== item.key))}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        onClick={add}
        w="fit-content"
      >
        {t("addItem")}
      </Button>
    </Stack>
  );
}
