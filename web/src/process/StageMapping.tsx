/** Which stage takes the place of which: one choice for each stage that has no namesake. */
import { Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Stage } from "./drawing";

interface MappingProps {
  missing: readonly Pick<Stage, "key" | "name">[];
  stages: readonly Stage[];
  mapping: Readonly<Record<string, string>>;
  onChange: (mapping: Record<string, string>) => void;
}

export function StageMapping({ missing, stages, mapping, onChange }: MappingProps) {
  const { t } = useTranslation("process");
  if (missing.length === 0) return null;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        {t("mapping")}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {missing.map(({ key, name }) => (
          <Select
            key={key}
            label={name}
            placeholder={t("chooseStage")}
            value={mapping[key] ?? null}
            data={stages.map((stage) => ({ value: stage.key, label: stage.name }))}
            onChange={(to) => {
              const { [key]: _, ...rest } = mapping;
              onChange(to ? { ...rest, [key]: to } : rest);
            }}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}
