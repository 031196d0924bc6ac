/** Keep the question of a report under a name, or change the question of a kept one. */
import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Kind } from "../kinds/kind";
import type { Asked, ReportSearch } from "../search";
import { savedReports, useChangeFilters, useSaveReport } from "./queries";

interface SaveReportProps {
  opened: boolean;
  onClose: () => void;
  kind: Kind;
  asked: Asked;
  search: ReportSearch;
}

export function SaveReport({ opened, onClose, kind, asked, search }: SaveReportProps) {
  const { t } = useTranslation("reports");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("save.title")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <SaveForm {...{ onClose, kind, asked, search }} />
    </Modal>
  );
}

function SaveForm({ onClose, kind, asked, search }: Omit<SaveReportProps, "opened">) {
  const { t } = useTranslation("reports");
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const save = useSaveReport();
  const { compare_to: _, ...filters } = asked;
  const done = () => {
    notifications.show({ message: t("save.done") });
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim())
      save.mutate({ name: name.trim(), report: kind.key, filters, shared }, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("save.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          required
          data-autofocus
        />
        <Checkbox
          label={t("save.shared")}
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <Text size="sm" c="dimmed">
          {t("save.says")}
        </Text>
        <Group justify="flex-end">
          <Again id={search.saved} filters={filters} onDone={done} />
          <Button type="submit" loading={save.isPending}>
            {t("save.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Where the page shows a kept report, its question can be replaced by this one. */
function Again({ id, filters, onDone }: { id: string | undefined; filters: Asked; onDone: () => void }) {
  const { t } = useTranslation("reports");
  const change = useChangeFilters();
  const one = useQuery(savedReports).data?.find((kept) => kept.id === id);
  if (!one || one.access === "view") return null;
  return (
    <Button
      variant="light"
      loading={change.isPending}
      onClick={() => change.mutate({ one, filters }, { onSuccess: onDone })}
    >
      {t("save.again", { name: one.name })}
    </Button>
  );
}
