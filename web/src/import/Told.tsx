/** What the rows would become, or have become: how many are new, were imported before, or have mistakes. */
import { Anchor, Button, Group, Paper, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Kind } from "./kinds";
import { Outcomes } from "./Outcomes";
import type { Outcome } from "./run";
import { Undo } from "./Undo";
import type { Import, Table, Tried } from "./useImport";

interface ToldProps {
  kind: Kind;
  table: Table;
  tried: Tried;
  run: Import;
}

export function countsOf(outcomes: readonly Outcome[]) {
  const count = (wanted: (each: Outcome) => boolean) => outcomes.filter(wanted).length;
  return {
    good: count(({ faults, before }) => faults.length === 0 && before === null),
    there: count(({ before }) => before === "there"),
    gone: count(({ before }) => before === "gone"),
    refused: count(({ faults }) => faults.length > 0),
  };
}

export function Told({ kind, table, tried, run }: ToldProps) {
  const { t } = useTranslation("import");
  const { good, there, gone, refused } = countsOf(tried.outcomes);
  return (
    <Paper withBorder p="md" role="status">
      <Text fw={600}>{tried.written ? t("written", { count: good }) : t("wouldBe", { count: good })}</Text>
      {there > 0 && <Text size="sm">{t("before.there", { count: there })}</Text>}
      {gone > 0 && (
        <Group gap="xs">
          <Text size="sm">{t("before.gone", { count: gone })}</Text>
          {!tried.written && (
            <Button
              size="compact-sm"
              variant="light"
              loading={run.progress !== null}
              onClick={() => void run.tryIt(true)}
            >
              {t("before.anew")}
            </Button>
          )}
        </Group>
      )}
      {tried.written && (
        <Anchor component={Link} to={`/${kind}`} size="sm">
          {t("toList")}
        </Anchor>
      )}
      {tried.written && good > 0 && <Undo kind={kind} made={good} run={run} undone={tried.undone} />}
      {refused > 0 && <Outcomes kind={kind} table={table} outcomes={tried.outcomes} />}
    </Paper>
  );
}
