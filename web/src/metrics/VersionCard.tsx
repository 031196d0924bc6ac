/** A version that is not live: rebuilt over all history, compared with the live one month by month, swapped in or dropped. */
import { Button, Code, Group, Paper, Stack, Table, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import classes from "~/reports/reports.module.css";
import { useRole } from "~/session/SessionContext";
import { Asked } from "~/states/Asked";
import { MetricConflict } from "./MetricConflict";
import { comparedVersions, type FormulaVersion, type Metric, useMetricChange } from "./queries";

interface VersionCardProps {
  metric: Metric;
  version: FormulaVersion;
}

export function VersionCard({ metric, version }: VersionCardProps) {
  const { t } = useTranslation("metrics");
  const format = useFormat();
  const defines = useRole("admin");
  const rebuilt = version.stand === "rebuilt";
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group gap="xs">
          <Text fw={600}>{t("version", { number: version.number })}</Text>
          <Code>{version.formula}</Code>
        </Group>
        <Text size="sm" c="dimmed">
          {version.reason} · {version.author} · {format.date(version.proposed_at)}
        </Text>
        {defines && <Deciding metric={metric} version={version} />}
        {rebuilt && <Months metric={metric} version={version} />}
      </Stack>
    </Paper>
  );
}

function Deciding({ metric, version: { number, stand } }: VersionCardProps) {
  const { t } = useTranslation("metrics");
  const [reason, setReason] = useState("");
  const { change, isPending, ...conflict } = useMetricChange(metric, number);
  if (stand === "proposed")
    return (
      <>
        <MetricConflict {...conflict} />
        <Group>
          <Button variant="light" loading={isPending} onClick={() => change({ stand: "rebuilt" })}>
            {t("rebuild")}
          </Button>
        </Group>
      </>
    );
  const waits = { disabled: !reason.trim(), loading: isPending };
  return (
    <>
      <MetricConflict {...conflict} />
      <Group align="flex-end">
        <TextInput
          label={t("field.reason")}
          flex={1}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button {...waits} onClick={() => change({ live: number, reason })}>
          {t("swap")}
        </Button>
        <Button {...waits} variant="subtle" color="red" onClick={() => change({ stand: "dropped", reason })}>
          {t("drop")}
        </Button>
      </Group>
    </>
  );
}

/** Both formulas over all history; only over all processes together. */
function Months({ metric, version }: VersionCardProps) {
  const { t } = useTranslation("metrics");
  const format = useFormat();
  const query = useQuery(comparedVersions(metric.key, metric.live, version.number));
  const said = (value: string | null) => (value === null ? "–" : format.number(value, 4));
  return (
    <Asked query={query}>
      {({ values }) => (
        <Table.ScrollContainer minWidth={420} type="native" mah={320}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("month")}</Table.Th>
                <Table.Th className={classes["right"] ?? ""}>{t("live", { number: metric.live })}</Table.Th>
                <Table.Th className={classes["right"] ?? ""}>
                  {t("version", { number: version.number })}
                </Table.Th>
                <Table.Th className={classes["right"] ?? ""}>{t("difference")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {values
                .filter(({ process_id }) => process_id === null)
                .map(({ month, left, right, difference }) => (
                  <Table.Tr key={month}>
                    <Table.Td>{month.slice(0, 7)}</Table.Td>
                    <Table.Td className={classes["right"] ?? ""}>{said(left)}</Table.Td>
                    <Table.Td className={classes["right"] ?? ""}>{said(right)}</Table.Td>
                    <Table.Td className={classes["right"] ?? ""}>{said(difference)}</Table.Td>
                  </Table.Tr>
                ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Asked>
  );
}
