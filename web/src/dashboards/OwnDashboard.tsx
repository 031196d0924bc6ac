/** A dashboard that somebody made: looked at, arranged, renamed, shared, deleted, as far as the reader may. */
import { Button, Group, Stack, Title } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { IconLayoutGridAdd, IconPlus, IconShare } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "~/palette/commands";
import { ShareDialog } from "~/reports/saved/ShareDialog";
import { ConflictBar } from "~/states/ConflictBar";
import { Empty } from "~/states/Empty";
import { AddTile } from "./AddTile";
import { DashboardMenu } from "./DashboardMenu";
import { type Dashboard, useShareDashboard, useUnshareDashboard } from "./queries";
import { Tiles } from "./Tiles";
import { useArrange } from "./useArrange";

export function OwnDashboard({ dashboard }: { dashboard: Dashboard }) {
  const { t } = useTranslation("dashboards");
  const { arrange = false } = useSearch({ from: "/dashboards/$id" });
  const navigate = useNavigate({ from: "/dashboards/$id" });
  const [adding, add] = useDisclosure();
  const arranging = useArrange(dashboard);
  const mayChange = dashboard.access !== "view" && !dashboard.deleted;
  const arranged = arrange && mayChange;
  useDocumentTitle(dashboard.name);
  useDashboardCommands(
    mayChange,
    () => void navigate({ search: arrange ? {} : { arrange: true } }),
    add.open,
  );
  const { tiles } = dashboard;
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {dashboard.name}
        </Title>
        <Group gap="xs">
          {mayChange && (
            <>
              <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={add.open}>
                {t("add.button")}
              </Button>
              <Button
                variant={arranged ? "filled" : "default"}
                leftSection={<IconLayoutGridAdd size={16} aria-hidden />}
                aria-pressed={arranged}
                onClick={() => void navigate({ search: arrange ? {} : { arrange: true } })}
              >
                {arranged ? t("arranged") : t("arrange")}
              </Button>
            </>
          )}
          {dashboard.access === "own" && !dashboard.deleted && <Sharing dashboard={dashboard} />}
          <DashboardMenu dashboard={dashboard} />
        </Group>
      </Group>
      {arranging.conflict && (
        <ConflictBar
          conflicts={[arranging.conflict]}
          nameOf={() => t("tiles")}
          shown={(_, value) => arranging.described(value)}
          onChosen={arranging.settle}
          onCancel={arranging.giveUp}
        />
      )}
      {tiles.length === 0 && <Empty title={t("empty.title")} text={t("empty.text")} />}
      <Tiles tiles={tiles} onTiles={arranged ? arranging.to : undefined} />
      <AddTile opened={adding} onClose={add.close} onTile={(tile) => arranging.to([...tiles, tile])} />
    </Stack>
  );
}

function Sharing({ dashboard }: { dashboard: Dashboard }) {
  const { t } = useTranslation("dashboards");
  const [opened, { open, close }] = useDisclosure();
  const share = useShareDashboard();
  const unshare = useUnshareDashboard();
  return (
    <>
      <Button variant="default" leftSection={<IconShare size={16} aria-hidden />} onClick={open}>
        {t("share")}
      </Button>
      <ShareDialog
        opened={opened}
        onClose={close}
        name={dashboard.name}
        shares={dashboard.shares}
        onShare={(grant) => share.mutate({ one: dashboard, grant })}
        onUnshare={(ended) => unshare.mutate({ one: dashboard, share: ended })}
      />
    </>
  );
}

function useDashboardCommands(mayChange: boolean, arrange: () => void, add: () => void): void {
  const { t } = useTranslation("dashboards");
  const commands = useMemo<Command[]>(() => {
    const group = t("title");
    if (!mayChange) return [];
    return [
      { id: "dashboard.arrange", group, label: t("arrange"), keys: "e", run: arrange },
      { id: "dashboard.add", group, label: t("add.button"), keys: "a", run: add },
    ];
  }, [t, mayChange, arrange, add]);
  useCommands(commands);
}
