/** All dashboards one may see: those that come with Flowline, one's own, and those shared with one. */
import { Button, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "~/palette/commands";
import classes from "~/reports/reports.module.css";
import { RenameDialog } from "~/reports/saved/RenameDialog";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { dashboards, defaultDashboards, useCreateDashboard } from "./queries";

export function DashboardsPage() {
  const { t } = useTranslation("dashboards");
  const { deleted = false } = useSearch({ from: "/dashboards" });
  const navigate = useNavigate();
  const [naming, { open, close }] = useDisclosure();
  const create = useCreateDashboard();
  useDocumentTitle(t("title"));
  useCommands(
    useMemo<Command[]>(
      () => [{ id: "dashboard.new", group: t("title"), label: t("new"), keys: "n", run: open }],
      [t, open],
    ),
  );
  const made = async (name: string) => {
    const { id } = await create.mutateAsync({ name, tiles: [] });
    await navigate({ to: "/dashboards/$id", params: { id }, search: { arrange: true } });
  };
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("title")}
        </Title>
        <Group gap="xs">
          <Button
            component={Link}
            to="/dashboards"
            search={(deleted ? {} : { deleted: true }) as never}
            variant="subtle"
          >
            {deleted ? t("shown") : t("deleted")}
          </Button>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            {t("new")}
          </Button>
        </Group>
      </Group>
      {!deleted && <Given />}
      <Made deleted={deleted} />
      <RenameDialog
        opened={naming}
        onClose={close}
        title={t("new")}
        name=""
        onName={(name) => void made(name).catch(() => {})}
      />
    </Stack>
  );
}

function Given() {
  const { t, i18n } = useTranslation("dashboards");
  const query = useQuery(defaultDashboards);
  return (
    <Asked query={query}>
      {(all) => (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
          {all.map(({ key, name, name_zh, tiles }) => (
            <DashboardCard key={key} id={key} name={i18n.language === "zh" ? name_zh : name}>
              {t("given", { count: tiles.length })}
            </DashboardCard>
          ))}
        </SimpleGrid>
      )}
    </Asked>
  );
}

function Made({ deleted }: { deleted: boolean }) {
  const { t } = useTranslation("dashboards");
  const query = useQuery(dashboards(deleted));
  return (
    <Asked query={query}>
      {(all) => {
        if (all.length === 0) return deleted ? <Empty title={t("noneDeleted")} /> : null;
        return (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
            {all.map(({ id, name, access, owner_id, tiles }) => (
              <DashboardCard key={id} id={id} name={name}>
                {t(`access.${owner_id === null ? "everybody" : access}`)} ·{" "}
                {t("made", { count: tiles.length })}
              </DashboardCard>
            ))}
          </SimpleGrid>
        );
      }}
    </Asked>
  );
}

function DashboardCard({ id, name, children }: { id: string; name: string; children: ReactNode }) {
  return (
    <Card
      component={Link}
      to={`/dashboards/${id}` as "/dashboards"}
      withBorder
      className={classes["kind"] ?? ""}
    >
      <div>
        <Text fw={500}>{name}</Text>
        <Text size="sm" c="dimmed">
          {children}
        </Text>
      </div>
    </Card>
  );
}
