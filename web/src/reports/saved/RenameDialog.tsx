/** Another name for a saved report or a dashboard. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";

interface RenameDialogProps {
  opened: boolean;
  onClose: () => void;
  name: string;
  title?: string;
  onName: (name: string) => void;
}

export function RenameDialog({ opened, onClose, name, title, onName }: RenameDialogProps) {
  const { t } = useTranslation("reports");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title ?? t("rename.title")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <NameForm {...{ name, onName, onClose }} />
    </Modal>
  );
}

function NameForm({ name, onName, onClose }: Pick<RenameDialogProps, "name" | "onName" | "onClose">) {
  const { t } = useTranslation("reports");
  const [said, say] = useState(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!said.trim()) return;
    onName(said.trim());
    onClose();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("save.name")}
          value={said}
          onChange={(event) => say(event.currentTarget.value)}
          maxLength={200}
          required
          data-autofocus
        />
        <Group justify="flex-end">
          <Button type="submit">{t("save.submit")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
