/** The saved reports one may see: opened, renamed, shared, deleted. */
import { ActionIcon, Group, Menu, Paper, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconShare } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { kindOf } from "../kinds/kinds";
import classes from "../reports.module.css";
import { searchOf } from "../search";
import {
  type SavedReport,
  savedReports,
  useDeleteReport,
  useRenameReport,
  useShareReport,
  useUnshareReport,
} from "./queries";
import { RenameDialog } from "./RenameDialog";
import { ShareDialog } from "./ShareDialog";

export function SavedList() {
  const { t } = useTranslation("reports");
  const kept = useQuery(savedReports).data ?? [];
  if (kept.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t("saved.title")}
      </Title>
      <Paper withBorder>
        <Stack component="ul" gap={0} p={0} m={0}>
          {kept.map((one) => (
            <SavedRow key={one.id} one={one} />
          ))}
        </Stack>
      </Paper>
    </section>
  );
}

function SavedRow({ one }: { one: SavedReport }) {
  const { t } = useTranslation("reports");
  const kind = kindOf(one.report);
  const name = t(`kinds.${one.report}.name`, { defaultValue: one.report });
  return (
    <Group component="li" wrap="nowrap" justify="space-between" px="md" className={classes["entry"] ?? ""}>
      <div className={classes["grow"]}>
        {kind ? (
          <Link
            className={classes["link"] ?? ""}
            to="/reports/$kind"
            params={{ kind: one.report }}
            search={{ ...searchOf(one.filters), saved: one.id }}
          >
            {one.name}
          </Link>
        ) : (
          <Text>{one.name}</Text>
        )}
        <Text size="xs" c="dimmed">
          {name} · {t(`saved.access.${one.owner_id === null ? "everybody" : one.access}`)}
        </Text>
      </div>
      {one.access !== "view" && <SavedMenu one={one} />}
    </Group>
  );
}

function SavedMenu({ one }: { one: SavedReport }) {
  const { t } = useTranslation("reports");
  const [renaming, rename] = useDisclosure();
  const [sharing, share] = useDisclosure();
  const renamed = useRenameReport();
  const deleted = useDeleteReport();
  const shared = useShareReport();
  const unshared = useUnshareReport();
  return (
    <Group gap={0} wrap="nowrap">
      {one.access === "own" && (
        <ActionIcon
          variant="subtle"
          size={44}
          onClick={share.open}
          aria-label={t("share.button", { name: one.name })}
        >
          <IconShare size={18} />
        </ActionIcon>
      )}
      <Menu>
        <Menu.Target>
          <ActionIcon variant="subtle" size={44} aria-label={t("saved.menu", { name: one.name })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={rename.open}>{t("rename.button")}</Menu.Item>
          {one.access === "own" && (
            <Menu.Item color="red" onClick={() => deleted.mutate(one)}>
              {t("saved.delete")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <RenameDialog
        opened={renaming}
        onClose={rename.close}
        name={one.name}
        onName={(name) => renamed.mutate({ one, name })}
      />
      <ShareDialog
        opened={sharing}
        onClose={share.close}
        name={one.name}
        shares={one.shares}
        onShare={(grant) => shared.mutate({ one, grant })}
        onUnshare={(ended) => unshared.mutate({ one, share: ended })}
      />
    </Group>
  );
}
