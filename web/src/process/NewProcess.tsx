/** A new process begins with a small drawing that is right, to be drawn on. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { bodyOf, steps, useProcessWrite } from "./queries";
import { useFirstDrawing } from "./useFirstDrawing";

export function NewProcess({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("process");
  const [name, setName] = useState("");
  const navigate = useNavigate();
  const first = useFirstDrawing();
  const create = useProcessWrite(async () => {
    const { id, version } = await steps.create(name.trim());
    await steps.draft({ id, version }, bodyOf(first));
    return id;
  });
  const begin = () =>
    create.mutate(undefined, {
      onSuccess: (processId) => {
        onClose();
        void navigate({ to: "/processes/$processId", params: { processId }, search: { version: 1 } });
      },
    });
  return (
    <Modal opened={opened} onClose={onClose} title={t("new")} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
      >
        <Stack>
          <TextInput
            label={t("name")}
            description={t("newText")}
            value={name}
            maxLength={200}
            required
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending} disabled={!name.trim()}>
              {t("begin")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
