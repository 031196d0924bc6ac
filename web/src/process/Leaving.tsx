/** The ways that leave a stage or a decision, and one more. */
import { ActionIcon, Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Editor } from "./DrawingTab";
import { moveId, nameOf, withMove, without } from "./drawing";

export function Leaving({ drawing, edit, select, canEdit, from }: Editor & { from: string }) {
  const { t } = useTranslation("drawing");
  const moves = drawing.moves.filter(({ from_stage }) => from_stage === from);
  const reached = new Set([from, ...moves.map(({ to_stage }) => to_stage)]);
  const others = [...drawing.stages, ...drawing.decisions].filter(({ key }) => !reached.has(key));
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        {t("leaving")}
      </Text>
      {moves.map((move) => (
        <Group key={move.to_stage} justify="space-between" wrap="nowrap" gap="xs">
          <Button variant="subtle" size="compact-sm" onClick={() => select(moveId(move))}>
            → {nameOf(drawing, move.to_stage)}
          </Button>
          {canEdit && (
            <ActionIcon
              variant="subtle"
              size={36}
              aria-label={t("removeOf", { name: nameOf(drawing, moveId(move)) })}
              onClick={() => edit({ do: "change", change: (now) => without(now, moveId(move)) })}
            >
              <IconX size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      {canEdit && (
        <Select
          aria-label={t("addMove")}
          placeholder={t("addMove")}
          value={null}
          searchable
          data={others.map(({ key, name }) => ({ value: key, label: name }))}
          onChange={(to) => to && edit({ do: "change", change: (now) => withMove(now, from, to) })}
        />
      )}
    </Stack>
  );
}
