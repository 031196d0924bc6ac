/** With whom something of one's own is shared, and what they may do with it; for saved reports and dashboards alike. */
import { ActionIcon, Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { allTeams, everybody } from "~/people/queries";
import type { Grant, SharedWith } from "./queries";

interface ShareDialogProps {
  opened: boolean;
  onClose: () => void;
  name: string;
  shares: readonly SharedWith[];
  onShare: (grant: Grant) => void;
  onUnshare: (share: SharedWith) => void;
}

const EVERYBODY = "everybody:";

export function ShareDialog({ opened, onClose, name, shares, onShare, onUnshare }: ShareDialogProps) {
  const { t } = useTranslation("reports");
  const called = useCalled();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("share.title", { name })}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack>
        <NewShare onShare={onShare} />
        {shares.length === 0 && <Text c="dimmed">{t("share.none")}</Text>}
        {shares.map((share) => (
          <Group key={`${share.kind}:${share.id}`} justify="space-between" wrap="nowrap">
            <Text>
              {called(share)} · {t(`share.${share.right}`)}
            </Text>
            <ActionIcon
              variant="subtle"
              size={44}
              onClick={() => onUnshare(share)}
              aria-label={t("share.end", { name: called(share) })}
            >
              <IconX size={18} />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}

function NewShare({ onShare }: { onShare: (grant: Grant) => void }) {
  const { t } = useTranslation("reports");
  const people = useQuery(everybody).data ?? [];
  const teams = useQuery(allTeams).data ?? [];
  const [whom, setWhom] = useState<string | null>(null);
  const [right, setRight] = useState<Grant["right"]>("view");
  const share = () => {
    const [kind, id] = (whom ?? EVERYBODY).split(":", 2) as [Grant["kind"], string];
    onShare({ kind, id: id || null, right });
    setWhom(null);
  };
  return (
    <Group align="flex-end" wrap="nowrap">
      <Select
        label={t("share.whom")}
        flex={1}
        searchable
        value={whom}
        onChange={setWhom}
        data={[
          { value: EVERYBODY, label: t("share.everybody") },
          {
            group: t("share.people"),
            items: people.map(({ id, name }) => ({ value: `person:${id}`, label: name })),
          },
          {
            group: t("share.teams"),
            items: teams.map(({ id, name }) => ({ value: `team:${id}`, label: name })),
          },
        ]}
      />
      <Select
        label={t("share.right")}
        w={110}
        allowDeselect={false}
        value={right}
        onChange={(chosen) => setRight(chosen as Grant["right"])}
        data={[
          { value: "view", label: t("share.view") },
          { value: "edit", label: t("share.edit") },
        ]}
      />
      <Button onClick={share} disabled={whom === null}>
        {t("share.submit")}
      </Button>
    </Group>
  );
}

function useCalled(): (share: SharedWith) => string {
  const { t } = useTranslation("reports");
  const people = useQuery(everybody).data ?? [];
  const teams = useQuery(allTeams).data ?? [];
  return ({ kind, id }) => {
    if (kind === "everybody") return t("share.everybody");
    return (kind === "person" ? people : teams).find((one) => one.id === id)?.name ?? t("unknown");
  };
}
