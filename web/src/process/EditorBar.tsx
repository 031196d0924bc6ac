/** Adding, undoing and keeping, by mouse and thumb. */
import { ActionIcon, Button, Group, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconDiamond,
  IconNote,
  IconRectangle,
  IconTrash,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Editor } from "./DrawingTab";
import { without } from "./drawing";
import type { Edited } from "./editing";
import { useAdding } from "./useAdding";

interface BarProps extends Editor {
  edited: Edited;
  changed: boolean;
  pending: boolean;
  onSave: () => void;
}

export function EditorBar({ drawing, edit, selected, select, edited, changed, pending, onSave }: BarProps) {
  const { t } = useTranslation("drawing");
  const add = useAdding(drawing, edit, selected, select);
  const remove = () => {
    if (!selected) return;
    edit({ do: "change", change: (now) => without(now, selected) });
    select(null);
  };
  const tools = [
    {
      label: t("undo"),
      icon: IconArrowBackUp,
      run: () => edit({ do: "undo" }),
      off: edited.past.length === 0,
    },
    {
      label: t("redo"),
      icon: IconArrowForwardUp,
      run: () => edit({ do: "redo" }),
      off: edited.future.length === 0,
    },
    { label: t("remove"), icon: IconTrash, run: remove, off: !selected },
  ];
  return (
    <Group gap="xs">
      <Button variant="default" leftSection={<IconRectangle size={16} aria-hidden />} onClick={add.stage}>
        {t("addStage")}
      </Button>
      <Button variant="default" leftSection={<IconDiamond size={16} aria-hidden />} onClick={add.decision}>
        {t("addDecision")}
      </Button>
      <Button variant="default" leftSection={<IconNote size={16} aria-hidden />} onClick={add.note}>
        {t("addNote")}
      </Button>
      {tools.map(({ label, icon: Icon, run, off }) => (
        <Tooltip key={label} label={label}>
          <ActionIcon variant="default" size={36} aria-label={label} onClick={run} disabled={off}>
            <Icon size={18} />
          </ActionIcon>
        </Tooltip>
      ))}
      <Button onClick={onSave} loading={pending} disabled={!changed} ml="auto">
        {t("save")}
      </Button>
    </Group>
  );
}
