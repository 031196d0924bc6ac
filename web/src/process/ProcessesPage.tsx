/** All sales processes: what is published, how many open deals run on it, what is being drawn. */
import { Badge, Button, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconRoute } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { type Command, useCommands } from "~/palette/commands";
import { useRole } from "~/session/SessionContext";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { NewProcess } from "./NewProcess";
import classes from "./Process.module.css";
import { openDeals, type ProcessSummary, processes } from "./queries";
import { useWho } from "./useWho";

export function ProcessesPage() {
  const { t } = useTranslation("process");
  const [adding, add] = useDisclosure();
  const designs = useRole("admin");
  useCommands(
    useMemo<Command[]>(
      () =>
        designs ? [{ id: "process.new", group: t("title"), label: t("new"), keys: "n", run: add.open }] : [],
      [t, add.open, designs],
    ),
  );
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("title")}
        </Title>
        <Group gap="xs">
          <Button
            renderRoot={(props) => <Link to="/process-map" {...props} />}
            variant="default"
            leftSection={<IconRoute size={16} aria-hidden />}
          >
            {t("map")}
          </Button>
          {designs && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={add.open}>
              {t("new")}
            </Button>
          )}
        </Group>
      </Group>
      <Asked query={useQuery(processes)}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("empty.title")} text={t("empty.text")}>
              {designs && <Button onClick={add.open}>{t("new")}</Button>}
            </Empty>
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
              {items.map((each) => (
                <ProcessCard key={each.id} process={each} />
              ))}
            </SimpleGrid>
          )
        }
      </Asked>
      <NewProcess opened={adding} onClose={add.close} />
    </Stack>
  );
}

function ProcessCard({ process }: { process: ProcessSummary }) {
  const { t } = useTranslation("process");
  const deals = useQuery(openDeals).data?.items ?? [];
  const open = deals
    .filter(({ process_id }) => process_id === process.id)
    .reduce((sum, each) => sum + each.deals, 0);
  const underWay = process.versions.filter(({ status }) => status === "draft" || status === "in_review");
  return (
    <Card
      withBorder
      padding="md"
      className={classes["card"] ?? ""}
      renderRoot={(props) => (
        <Link to="/processes/$processId" params={{ processId: process.id }} {...props} />
      )}
    >
      <Text fw={600} size="lg" component="h2" m={0}>
        {process.name}
      </Text>
      <Group gap="xs" mt="xs">
        {process.latest ? (
          <Badge variant="light" color="teal" tt="none">
            {t("publishedAs", { number: process.latest })}
          </Badge>
        ) : (
          <Badge variant="default" tt="none">
            {t("nothingPublished")}
          </Badge>
        )}
        {underWay.map(({ number, status }) => (
          <Badge key={number} variant="light" color={status === "in_review" ? "orange" : "gray"} tt="none">
            {t("underWay", { number, status: t(`status.${status}`) })}
          </Badge>
        ))}
      </Group>
      <Text mt="sm" size="sm">
        {t("openDeals", { count: open })}
      </Text>
      <LastStep process={process} />
    </Card>
  );
}

function LastStep({ process }: { process: ProcessSummary }) {
  const { t } = useTranslation("process");
  const format = useFormat();
  const who = useWho();
  const steps = process.versions.flatMap(({ history }) => history);
  const last = steps.toSorted((one, other) => one.when.localeCompare(other.when)).at(-1);
  if (!last) return null;
  return (
    <Text size="xs" c="dimmed">
      {t(`step.${last.what}`, { who: who(last.who) })} · {format.relative(last.when)}
    </Text>
  );
}
