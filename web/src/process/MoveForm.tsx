/** A move: its label, whether it is a decision's default answer, and what must hold for it. */
import { Checkbox, Stack, Text, TextInput, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Editor } from "./DrawingTab";
import { type Move, moveId, nameOf, withChangedMove } from "./drawing";
import { GuardForm } from "./GuardForm";

export function MoveForm({ move, drawing, edit }: Editor & { move: Move }) {
  const { t } = useTranslation("drawing");
  const id = moveId(move);
  const change = (part: Partial<Move>, typing?: string) =>
    edit({
      do: "change",
      change: (now) => withChangedMove(now, id, part),
      ...(typing && { typing: `${id}.${typing}` }),
    });
  const isAnswer = drawing.decisions.some(({ key }) => key === move.from_stage);
  return (
    <Stack gap="sm">
      <div>
        <Title order={2} size="h5">
          {t("kind.move")}
        </Title>
        <Text size="sm">{nameOf(drawing, id)}</Text>
      </div>
      <TextInput
        label={t("label")}
        value={move.label ?? ""}
        maxLength={200}
        onChange={(event) => change({ label: event.currentTarget.value || null }, "label")}
      />
      {(isAnswer || move.default) && (
        <Checkbox
          label={t("default")}
          description={t("defaultText")}
          checked={move.default}
          onChange={(event) =>
            change(event.currentTarget.checked ? { default: true, guard: null } : { default: false })
          }
        />
      )}
      {!move.default && (
        <GuardForm guard={move.guard} onChange={(guard, typing) => change({ guard }, typing)} />
      )}
    </Stack>
  );
}
