/** The customer's name, who looks after it, and what can be done with it as a whole. */
import { ActionIcon, Badge, Button, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { IconArchive, IconArchiveOff, IconDots, IconTrash, IconUser } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { type Command, useCommands } from "~/palette/commands";
import { PersonSelect } from "~/people/PersonSelect";
import { useNames } from "~/people/queries";
import { useRole } from "~/session/SessionContext";
import type { CustomerRecord, Deed } from "./queries";
import { useDeed } from "./useDeed";

export function CustomerHeader({ record }: { record: CustomerRecord }) {
  const { t } = useTranslation("customers");
  const format = useFormat();
  const nameOf = useNames();
  const [assigning, assign] = useState(false);
  const act = useActions(record, () => assign(true));
  const owner = nameOf(record.owner_id) || t("nobody");
  const about = [t(`kind.${record.kind}`), record.industry, record.region].filter(Boolean).join(" · ");
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start">
      <Stack gap={2} miw={0}>
        <Group gap="xs">
          <Title order={1} size="h2">
            {record.name}
          </Title>
          {record.archived && <Badge color="gray">{t("archived")}</Badge>}
        </Group>
        <Text size="sm" c="dimmed">
          {about} · {t("since", { date: format.date(new Date(record.created_at)) })}
        </Text>
      </Stack>
      <Group gap="xs" wrap="nowrap">
        {assigning ? (
          <PersonSelect
            w={170}
            aria-label={t("deed.assign")}
            value={record.owner_id}
            autoFocus
            defaultDropdownOpened
            clearable
            onBlur={() => assign(false)}
            onChange={(next) => {
              assign(false);
              act({ assign: next });
            }}
          />
        ) : (
          <Button
            visibleFrom="sm"
            variant="default"
            disabled={record.archived}
            leftSection={<IconUser size={16} aria-hidden />}
            onClick={() => assign(true)}
            aria-label={t("ownedBy", { name: owner })}
          >
            {owner}
          </Button>
        )}
        <Actions record={record} act={act} onAssign={() => assign(true)} />
      </Group>
    </Group>
  );
}

/** Does a deed, and offers those that are possible as commands. */
function useActions(record: CustomerRecord, assign: () => void) {
  const { t } = useTranslation("customers");
  const { mutate } = useDeed();
  const tidies = useRole("admin", "manager");
  const { id, version, name, archived } = record;
  const act = useMemo(
    () => (deed: Deed) => mutate({ record: { id, version, name }, deed }),
    [mutate, id, version, name],
  );
  const commands = useMemo<Command[]>(() => {
    const group = t("one");
    const aside = archived ? "unarchive" : "archive";
    const list: Command[] = [
      { id: "customer.assign", group, label: t("deed.assign"), keys: "a", run: assign },
      { id: "customer.aside", group, label: t(`deed.${aside}`), keys: "e", run: () => act(aside) },
    ];
    return tidies
      ? [...list, { id: "customer.delete", group, label: t("deed.delete"), run: () => act("delete") }]
      : list;
  }, [t, act, assign, archived, tidies]);
  useCommands(commands);
  return act;
}

interface ActionsProps {
  record: CustomerRecord;
  act: (deed: Deed) => void;
  onAssign: () => void;
}

function Actions({ record, act, onAssign }: ActionsProps) {
  const { t } = useTranslation("customers");
  const tidies = useRole("admin", "manager");
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="default" size={44} aria-label={t("more")}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconUser size={16} />} onClick={onAssign} disabled={record.archived}>
          {t("deed.assign")}
        </Menu.Item>
        {record.archived ? (
          <Menu.Item leftSection={<IconArchiveOff size={16} />} onClick={() => act("unarchive")}>
            {t("deed.unarchive")}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconArchive size={16} />} onClick={() => act("archive")}>
            {t("deed.archive")}
          </Menu.Item>
        )}
        {tidies && (
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => act("delete")}>
            {t("deed.delete")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
