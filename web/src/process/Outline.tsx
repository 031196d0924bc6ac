/** The drawing as a list: every stage and decision with the ways that leave it; everything can be chosen here too. */
import { Badge, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Drawing, moveId, nameOf, noteId } from "./drawing";
import classes from "./Process.module.css";
import { useWording } from "./useWording";

interface OutlineProps {
  drawing: Drawing;
  marks: ReadonlyMap<string, number>;
  selected: string | null;
  select: (id: string) => void;
}

export function Outline({ drawing, marks, selected, select }: OutlineProps) {
  const { t } = useTranslation("drawing");
  const words = useWording();
  const line = (id: string, title: string, small: string, inner = false) => (
    <Line
      key={id}
      {...{ title, small, inner }}
      marks={marks.get(id) ?? 0}
      chosen={id === selected}
      onSelect={() => select(id)}
    />
  );
  const leaving = (key: string) =>
    drawing.moves
      .filter(({ from_stage }) => from_stage === key)
      .map((move) =>
        line(moveId(move), `→ ${nameOf(drawing, move.to_stage)}`, move.label ?? words.guard(move), true),
      );
  return (
    <Stack gap={2} role="group" aria-label={t("outline")}>
      {drawing.stages.map((stage) => [
        line(stage.key, stage.name, words.small(stage)),
        ...leaving(stage.key),
      ])}
      {drawing.decisions.map((each) => [
        line(each.key, `◇ ${each.name}`, t("kind.decision")),
        ...leaving(each.key),
      ])}
      {drawing.notes.map((note) =>
        line(noteId(note), note.text, note.element ? nameOf(drawing, note.element) : t("kind.note")),
      )}
    </Stack>
  );
}

interface LineProps {
  title: string;
  small: string;
  inner: boolean;
  marks: number;
  chosen: boolean;
  onSelect: () => void;
}

function Line({ title, small, inner, marks, chosen, onSelect }: LineProps) {
  return (
    <UnstyledButton
      className={[classes["element"], inner && classes["arrow"]].filter(Boolean).join(" ")}
      data-chosen={chosen || undefined}
      aria-pressed={chosen}
      onClick={onSelect}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <div>
          <Text size="sm" fw={inner ? 400 : 600} lineClamp={2}>
            {title}
          </Text>
          {small && (
            <Text size="xs" c="dimmed">
              {small}
            </Text>
          )}
        </div>
        {marks > 0 && (
          <Badge color="orange" variant="light" circle>
            {marks}
          </Badge>
        )}
      </Group>
    </UnstyledButton>
  );
}
