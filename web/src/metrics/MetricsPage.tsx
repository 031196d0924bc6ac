/** The metrics of the company: their live formulas; who may define them makes new versions, compares and swaps them. */
import { Badge, Button, Code, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useRole } from "~/session/SessionContext";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { FormulaDialog } from "./FormulaDialog";
import { MetricConflict } from "./MetricConflict";
import { type Metric, metrics, useDefineMetric, useMetricChange } from "./queries";
import { VersionCard } from "./VersionCard";

export function MetricsPage() {
  const { t } = useTranslation("metrics");
  const query = useQuery(metrics);
  const defines = useRole("admin");
  const [opened, { open, close }] = useDisclosure();
  const define = useDefineMetric();
  useDocumentTitle(t("title"));
  return (
    <Stack maw={900}>
      <Group justify="space-between">
        <div>
          <Title order={1} size="h2">
            {t("title")}
          </Title>
          <Text c="dimmed" size="sm">
            {t("says")}
          </Text>
        </div>
        {defines && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            {t("define")}
          </Button>
        )}
      </Group>
      <Asked query={query}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={t("empty.title")} text={t("empty.text")} />
          ) : (
            <Stack>
              {all.map((metric) => (
                <MetricCard key={metric.key} metric={metric} />
              ))}
            </Stack>
          )
        }
      </Asked>
      <FormulaDialog
        opened={opened}
        onClose={close}
        title={t("define")}
        isNew
        onFormula={(said) => define.mutate(said)}
      />
    </Stack>
  );
}

function MetricCard({ metric }: { metric: Metric }) {
  const { t, i18n } = useTranslation("metrics");
  const defines = useRole("admin");
  const [opened, { open, close }] = useDisclosure();
  const changing = useMetricChange(metric, metric.live);
  const live = metric.versions.find(({ number }) => number === metric.live);
  const others = metric.versions.filter(({ number, stand }) => number !== metric.live && stand !== "dropped");
  return (
    <Paper withBorder p="md" component="section">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h4">
            {i18n.language === "zh" ? metric.name_zh : metric.name}
          </Title>
          <Group gap="xs" mt={4}>
            <Badge variant="light">{t("live", { number: metric.live })}</Badge>
            <Code>{live?.formula}</Code>
          </Group>
        </div>
        {defines && (
          <Button variant="default" onClick={open}>
            {t("redefine")}
          </Button>
        )}
      </Group>
      <Stack mt="md">
        <MetricConflict {...changing} />
        {others.map((version) => (
          <VersionCard key={version.number} metric={metric} version={version} />
        ))}
      </Stack>
      <FormulaDialog
        opened={opened}
        onClose={close}
        title={t("redefine")}
        formula={live?.formula ?? ""}
        onFormula={({ formula, reason }) => changing.change({ formula, reason })}
      />
    </Paper>
  );
}
