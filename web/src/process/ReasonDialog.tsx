/** A step that needs a reason: what will happen, why, and nothing before both are said. */
import { Button, Checkbox, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface ReasonDialogProps {
  opened: boolean;
  title: string;
  text: string;
  pending: boolean;
  /** Something that has to be accepted besides, such as that no more deals are opened. */
  accept?: string | undefined;
  onClose: () => void;
  onSaid: (reason: string, accepted: boolean) => void;
}

export function ReasonDialog(props: ReasonDialogProps) {
  const { t } = useTranslation("process");
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Form {...props} />
    </Modal>
  );
}

function Form({ title, text, pending, accept, onClose, onSaid }: ReasonDialogProps) {
  const { t } = useTranslation("process");
  const [reason, setReason] = useState("");
  const [accepted, setAccepted] = useState(false);
  const isReady = reason.trim() !== "" && (accept === undefined || accepted);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSaid(reason.trim(), accepted);
      }}
    >
      <Stack>
        <Text size="sm">{text}</Text>
        <Textarea
          label={t("reason")}
          autosize
          minRows={2}
          maxLength={2000}
          required
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {accept !== undefined && (
          <Checkbox
            label={accept}
            checked={accepted}
            onChange={(event) => setAccepted(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={pending} disabled={!isReady}>
            {title}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
