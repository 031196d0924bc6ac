/** All reports by what they are about, the saved ones and the ways to dashboards and metrics. */
import { Button, Card, Group, SimpleGrid, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconLayoutDashboard, IconMathFunction } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useRole } from "~/session/SessionContext";
import { NotAllowed } from "~/states/Failed";
import { Loading } from "~/states/Loading";
import { type Kind, ROOMS_OF_REPORTS } from "./kinds/kind";
import { KINDS } from "./kinds/kinds";
import classes from "./reports.module.css";
import { savedReports } from "./saved/queries";
import { SavedList } from "./saved/SavedList";
import { useOtherReports } from "./useReportCommands";

export function ReportsPage() {
  const { t } = useTranslation("reports");
  const reads = useRole("rep", "manager", "admin", "service");
  const sees = useRole("manager", "admin", "service");
  useDocumentTitle(t("title"));
  useOtherReports();
  const waits = useQuery({ ...savedReports, enabled: reads }).isPending;
  if (!reads) return <NotAllowed />;
  if (waits) return <Loading />; // one's own stand first: coming later they would push the others down
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
            variant="default"
            leftSection={<IconLayoutDashboard size={16} aria-hidden />}
          >
            {t("toDashboards")}
          </Button>
          {sees && (
            <Button
              component={Link}
              to="/reports/metrics"
              variant="default"
              leftSection={<IconMathFunction size={16} aria-hidden />}
            >
              {t("toMetrics")}
            </Button>
          )}
        </Group>
      </Group>
      <SavedList />
      {ROOMS_OF_REPORTS.map((room) => (
        <section key={room}>
          <Title order={2} size="h4" mb="xs">
            {t(`rooms.${room}`)}
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
            {KINDS.filter((kind) => kind.room === room).map((kind) => (
              <KindCard key={kind.key} kind={kind} />
            ))}
          </SimpleGrid>
        </section>
      ))}
    </Stack>
  );
}

function KindCard({ kind: { key, icon: Icon } }: { kind: Kind }) {
  const { t } = useTranslation("reports");
  return (
    <Card
      component={Link}
      to={`/reports/${key}` as "/reports"}
      withBorder
      padding="md"
      className={classes["kind"] ?? ""}
    >
      <Group wrap="nowrap" align="flex-start">
        <ThemeIcon variant="light" size="lg" aria-hidden>
          <Icon size={20} />
        </ThemeIcon>
        <div className={classes["grow"]}>
          <Text fw={500}>{t(`kinds.${key}.name`)}</Text>
          <Text size="sm" c="dimmed">
            {t(`kinds.${key}.says`)}
          </Text>
        </div>
      </Group>
    </Card>
  );
}
