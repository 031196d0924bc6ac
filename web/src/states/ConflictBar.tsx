/** Somebody else changed the same fields: mine, theirs and what it was, field by field, and one choice for each. */
import { Alert, Button, Group, SegmentedControl, Table, Text } from "@mantine/core";
import { IconArrowsSplit2 } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FieldConflict } from "~/api/conflict";

interface ConflictBarProps {
  conflicts: readonly FieldConflict[];
  /** A field's name and a value as people read them. */
  nameOf: (field: string) => string;
  shown: (field: string, value: unknown) => string;
  /** What is to be written after all: the fields where mine was chosen. */
  onChosen: (mine: Record<string, unknown>) => void;
  onCancel: () => void;
}

type Choice = "mine" | "theirs";

export function ConflictBar({ conflicts, nameOf, shown, onChosen, onCancel }: ConflictBarProps) {
  const { t } = useTranslation("states");
  const [choices, choose] = useState<Readonly<Record<string, Choice>>>({});
  const chosen = () => {
    const kept = conflicts.filter(({ field }) => choices[field] === "mine");
    onChosen(Object.fromEntries(kept.map(({ field, mine }) => [field, mine])));
  };
  return (
    <Alert color="orange" icon={<IconArrowsSplit2 />} title={t("conflict.title")} role="alert">
      <Text size="sm">{t("conflict.text")}</Text>
      <Table.ScrollContainer minWidth={480}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("conflict.field")}</Table.Th>
              <Table.Th>{t("conflict.base")}</Table.Th>
              <Table.Th>{t("conflict.mine")}</Table.Th>
              <Table.Th>{t("conflict.theirs")}</Table.Th>
              <Table.Th>{t("conflict.keep")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {conflicts.map(({ field, base, mine, theirs }) => (
              <Table.Tr key={field}>
                <Table.Th>{nameOf(field)}</Table.Th>
                <Table.Td>{shown(field, base)}</Table.Td>
                <Table.Td>{shown(field, mine)}</Table.Td>
                <Table.Td>{shown(field, theirs)}</Table.Td>
                <Table.Td>
                  <SegmentedControl
                    size="xs"
                    aria-label={nameOf(field)}
                    value={choices[field] ?? "theirs"}
                    onChange={(choice) => choose({ ...choices, [field]: choice as Choice })}
                    data={[
                      { value: "mine", label: t("conflict.mine") },
                      { value: "theirs", label: t("conflict.theirs") },
                    ]}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group mt="sm">
        <Button size="xs" onClick={chosen}>
          {t("conflict.save")}
        </Button>
        <Button size="xs" variant="subtle" onClick={onCancel}>
          {t("cancel")}
        </Button>
      </Group>
    </Alert>
  );
}
